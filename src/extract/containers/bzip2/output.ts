/** From a block's sorted bytes to its content: the Burrows–Wheeler transform and the first run-length coding undone. */

/** CRC-32 as bzip2 has it: the polynomial 04C11DB7, the most significant bit first. */
const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  return crc;
});

/** Links each byte of the block to the one that follows it: above the byte's 8 bits, the next one's place. */
export function linkBytes(block: Int32Array, length: number): void {
  const places = new Int32Array(256);
  for (let at = 0; at < length; at++) {
    const byte = block[at] as number;
    places[byte] = (places[byte] as number) + 1;
  }
  let before = 0;
  for (let byte = 0; byte < 256; byte++) {
    const count = places[byte] as number;
    places[byte] = before;
    before += count;
  }
  for (let at = 0; at < length; at++) {
    const byte = (block[at] as number) & 0xff;
    const place = places[byte] as number;
    block[place] = (block[place] as number) | (at << 8);
    places[byte] = place + 1;
  }
}

const runStart = 4;

/** The content of a linked block, and its checksum. A byte behind four equal ones says how many more there are. */
export function unfold(block: Int32Array, length: number, start: number): { bytes: Buffer; crc: number } {
  let bytes = Buffer.allocUnsafe(Math.max(1024, length + (length >> 2)));
  let size = 0;
  let crc = -1;
  let previous = -1;
  let equal = 0;
  let link = (block[start] as number) >>> 8;
  for (let left = length; left > 0; left--) {
    const entry = block[link] as number;
    link = entry >>> 8;
    const byte = entry & 0xff;
    const isCount = equal === runStart;
    const times = isCount ? byte : 1;
    if (isCount) equal = 0;
    else {
      equal = byte === previous ? equal + 1 : 1;
      previous = byte;
    }
    if (size + times > bytes.length) bytes = Buffer.concat([bytes.subarray(0, size)], bytes.length * 2);
    for (let time = 0; time < times; time++) {
      bytes[size++] = previous;
      crc = (crc << 8) ^ (crcTable[((crc >>> 24) ^ previous) & 0xff] as number);
    }
  }
  return { bytes: bytes.subarray(0, size), crc: ~crc };
}
