/** binary, varbinary, image, timestamp, and the CLR types, which are kept as their bytes. */
import type { SqlType } from "../schema/model.ts";
import { fromHex, toHex } from "./bytes.ts";
import { Unparsable, type Codec, type PresentValue, type RawValue } from "./codec.ts";
import { blank, longerThan } from "./reasons.ts";

function lengthOf(type: SqlType): number {
  if (type.name === "timestamp") return 8;
  return type.length === undefined || type.length === "max" ? Number.POSITIVE_INFINITY : type.length;
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  const result = new Uint8Array(length);
  result.set(bytes);
  return result;
}

/** Codec of every type whose value is bytes: typed bytes, or `0x…` text. */
export function binaryCodec(type: SqlType): Codec {
  const length = lengthOf(type);
  const isFixed = type.name === "binary" && Number.isFinite(length);
  const tooLong = longerThan(type);
  const notHex = new Unparsable(`is not 0x and pairs of hex digits, as text for ${type.name} must be`);
  const noWidth = new Unparsable(`is a number, and how many bytes of ${type.name} it fills is not known`);

  function fit(bytes: Uint8Array): Uint8Array | Unparsable {
    if (bytes.length > length) return tooLong;
    return isFixed && bytes.length < length ? padded(bytes, length) : bytes;
  }

  function parse(raw: RawValue): PresentValue | Unparsable {
    if (raw instanceof Uint8Array) return fit(raw);
    if (typeof raw !== "string") return noWidth;
    const text = raw.trim();
    const bytes = fromHex(text);
    if (bytes !== undefined) return fit(bytes);
    return text === "" ? blank : notHex;
  }

  return {
    type,
    parse,
    equalityKey: (value) => toHex(value as Uint8Array),
    format: (value) => toHex(value as Uint8Array),
  };
}
