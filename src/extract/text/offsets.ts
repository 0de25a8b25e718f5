/** Byte offsets of records, reckoned only for those that need one. */
import { type TextChunk, toBytes } from "./decode.ts";

interface Piece {
  readonly chunk: TextChunk;
  /** Where it begins, in code units of the whole text. */
  readonly at: number;
}

interface KnownPlace {
  readonly at: number;
  readonly offset: number;
}

export class ByteOffsets {
  #pieces: Piece[] = [];
  #length = 0;
  /** Records are asked for in their order: what lies before the last of them need not be reckoned again. */
  #known: KnownPlace = { at: 0, offset: 0 };

  /** Adds the next chunk; no record before `pendingFrom` will be asked for any more. */
  advance(chunk: TextChunk, pendingFrom: number): void {
    this.#pieces = this.#pieces.filter((piece) => piece.at + piece.chunk.text.length > pendingFrom);
    this.#pieces.push({ chunk, at: this.#length });
    this.#length += chunk.text.length;
  }

  /** 0-based byte offset in the decompressed file of what stands `at` so many code units from the text's beginning. */
  of(at: number): number {
    const piece = this.#pieces.findLast((candidate) => candidate.at <= at);
    if (piece === undefined) return 0;
    const { text, encoding, offset } = piece.chunk;
    const isKnownInPiece = this.#known.at >= piece.at && this.#known.at <= at;
    const from = isKnownInPiece ? this.#known : { at: piece.at, offset };
    const between = toBytes(text.slice(from.at - piece.at, at - piece.at), encoding);
    this.#known = { at, offset: from.offset + between.length };
    return this.#known.offset;
  }
}
