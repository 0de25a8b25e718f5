/** The headers of pages (https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift, PageHeader). */
import { Malformed } from "./malformed.ts";
import { numberAt, structAt, ThriftReader, type ThriftStruct } from "./thrift.ts";

export interface PageHeader {
  readonly kind: "data" | "data v2" | "dictionary" | "other";
  /** Of the body, as it lies and decompressed, in bytes. */
  readonly stored: number;
  readonly length: number;
  readonly crc: number | undefined;
  readonly values: number;
  /** The encoding's number in the format. */
  readonly encoding: number;
  /** Of a page v2: bytes of the levels, which are never compressed. */
  readonly repetitionBytes: number;
  readonly definitionBytes: number;
  readonly nulls: number;
  readonly isCompressed: boolean;
}

const kinds = ["data", "other", "dictionary", "data v2"] as const;
/** Of a single page; no writer comes near. */
const longestPage = 1 << 30;
const mostValues = 1 << 26;

/** Reads the header at the reader's place. Throws Malformed. */
export function readPageHeader(reader: ThriftReader): PageHeader {
  const fields = reader.struct();
  const kind = kinds[within(numberAt(fields, 1), kinds.length - 1, "kind")] ?? "other";
  const details = structAt(fields, kind === "data" ? 5 : kind === "dictionary" ? 7 : 8);
  if (details === undefined && kind !== "other") throw new Malformed("the header of a page lacks its details");
  return {
    kind,
    stored: within(numberAt(fields, 3), longestPage, "stored length"),
    length: within(numberAt(fields, 2), longestPage, "length"),
    crc: numberAt(fields, 4),
    ...(details === undefined || kind === "other" ? nothing : detailsOf(details, kind === "data v2")),
  };
}

const nothing = { values: 0, encoding: 0, repetitionBytes: 0, definitionBytes: 0, nulls: 0, isCompressed: true };

function detailsOf(details: ThriftStruct, isV2: boolean): typeof nothing {
  const values = within(numberAt(details, 1), mostValues, "number of values");
  if (!isV2) return { ...nothing, values, encoding: within(numberAt(details, 2), 255, "encoding") };
  return {
    values,
    encoding: within(numberAt(details, 4), 255, "encoding"),
    nulls: within(numberAt(details, 2), values, "number of nulls"),
    definitionBytes: within(numberAt(details, 5), longestPage, "levels' length"),
    repetitionBytes: within(numberAt(details, 6), longestPage, "levels' length"),
    isCompressed: details.get(7) !== false,
  };
}

function within(value: number | undefined, most: number, what: string): number {
  if (value === undefined || value < 0 || value > most)
    throw new Malformed(`the header of a page gives no usable ${what}`);
  return value;
}
