/** How Zstandard data is divided (RFC 8878, 3.1): frames, each of a header, blocks and a checksum, and frames to be skipped. */

const frameMagic = 0xfd2f_b528;
const skippableMagic = 0x184d_2a50;
/** No block is larger, compressed or not (RFC 8878, 3.1.1.2.4). */
const mostBlockBytes = 128 * 1024;
/** What the `zstd` command takes without being told to: windows are held in memory. */
const mostWindowBytes = 128 * 1024 * 1024;

export interface FrameHead {
  readonly bytes: number;
  /** Bytes of the content, where the frame says it. */
  readonly contentBytes: number | undefined;
  /** Does the content's checksum follow the last block? */
  readonly hasChecksum: boolean;
}

export interface BlockHead {
  readonly isLast: boolean;
  /** Of the block with its head. */
  readonly bytes: number;
}

export const headBytes = 18;
export const checksumFlag = 4;

export function isZstd(head: Buffer): boolean {
  return head.length >= 4 && (head.readUInt32LE(0) === frameMagic || isSkippable(head));
}

export function isSkippable(head: Buffer): boolean {
  return (head.readUInt32LE(0) & ~0xf) === skippableMagic;
}

/** Of a frame to be skipped, all of it. */
export function skippableBytes(head: Buffer): number {
  return 8 + head.readUInt32LE(4);
}

/** `head`: the frame's first {@link headBytes}, or all that there is. Throws an Error for what cannot be read. */
export function readFrameHead(head: Buffer): FrameHead {
  if (head.readUInt32LE(0) !== frameMagic) throw new Error("a frame without its beginning");
  const descriptor = head.readUInt8(4);
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const idBytes = [0, 1, 2, 4][descriptor & 3] as number;
  const sizeBytes = sizeFlag === 0 ? Number(isSingle) : 1 << sizeFlag;
  const sizeAt = 5 + Number(!isSingle) + idBytes;
  if (idBytes > 0 && head.readUIntLE(sizeAt - idBytes, idBytes) !== 0) throw new Error("it needs a dictionary");
  const content = sizeBytes === 0 ? undefined : readSize(head, sizeAt, sizeBytes);
  const window = isSingle && content !== undefined ? content : windowBytes(head.readUInt8(5));
  if (window > mostWindowBytes)
    throw new Error(`its window of ${Math.ceil(window / 2 ** 20)} MiB is too large: unpack it yourself`);
  return { bytes: sizeAt + sizeBytes, contentBytes: content, hasChecksum: (descriptor & checksumFlag) !== 0 };
}

function readSize(head: Buffer, at: number, bytes: number): number {
  if (bytes === 8) return Number(head.readBigUInt64LE(at));
  return head.readUIntLE(at, bytes) + (bytes === 2 ? 256 : 0);
}

function windowBytes(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

/** `head`: three bytes. Throws an Error for a block that cannot be. */
export function readBlockHead(head: Buffer): BlockHead {
  const value = head.readUIntLE(0, 3);
  const kind = (value >> 1) & 3;
  const size = value >> 3;
  if (kind === 3 || size > mostBlockBytes) throw new Error("a block that cannot be");
  return { isLast: (value & 1) === 1, bytes: 3 + (kind === 1 ? 1 : size) };
}
