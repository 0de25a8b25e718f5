/**
 * What the verification asks of whole tables: a digest over all rows in no order (2016 and later, whose HASHBYTES takes any length), and the
 * bytes of each column of texts and binaries. Both are worked out while the rows are written.
 */
import { createHash } from "node:crypto";
import type { Column, TypeName } from "../../schema/model.ts";
import type { CanonicalValue, PresentValue } from "../../values/codec.ts";
import type { EmitTable } from "../emitter.ts";
import { identifier, tableIdentifier } from "./identifiers.ts";
import { isAscii } from "./strings.ts";
import type { Count } from "./counts.ts";
import type { VersionRules } from "./versions.ts";

/** A cell's bytes, here and on the server, where `@` stands for the column. */
interface Form {
  readonly sql: string;
  bytes(value: PresentValue): Buffer;
}

const latin = (value: PresentValue): Buffer => Buffer.from(String(value), "latin1");
const utf16 = (value: PresentValue): Buffer => Buffer.from(String(value), "utf16le");
const raw = (value: PresentValue): Buffer => Buffer.from(value as Uint8Array);
const shown = (sql: string): Form => ({ sql, bytes: latin });
const text: Form = { sql: "CONVERT(nvarchar(max), @)", bytes: utf16 };
/** Canonical texts of fixed length have no padding. */
const padded: Form = {
  sql: "RTRIM(CONVERT(nvarchar(max), @))",
  bytes: (value) => utf16(String(value).replace(/ +$/, "")),
};
const binary: Form = { sql: "@", bytes: raw };
const integer = shown("CONVERT(varchar(20), @)");
const exact = shown("CONVERT(varchar(41), @)");
const money = shown("CONVERT(varchar(30), @, 2)");
const legacyDatetime: Form = {
  sql: "CONVERT(varchar(23), @, 121)",
  bytes: (value) => latin(String(value).slice(0, 23)),
};

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}

/** The server keeps xml and spatial values in forms of its own, and a variant's cannot be told from its text: none is digested. */
const forms: Partial<Record<TypeName, Form>> = {
  bit: integer,
  tinyint: integer,
  smallint: integer,
  int: integer,
  bigint: integer,
  decimal: exact,
  numeric: exact,
  money,
  smallmoney: money,
  float: { sql: "CONVERT(binary(8), @)", bytes: (value) => double(Number(value)) },
  real: { sql: "CONVERT(binary(8), CONVERT(float(53), @))", bytes: (value) => double(Math.fround(Number(value))) },
  date: shown("CONVERT(varchar(10), @, 23)"),
  time: shown("CONVERT(varchar(16), CONVERT(time(7), @), 121)"),
  smalldatetime: legacyDatetime,
  datetime: legacyDatetime,
  datetime2: shown("CONVERT(varchar(27), CONVERT(datetime2(7), @), 121)"),
  datetimeoffset: shown("CONVERT(varchar(34), CONVERT(datetimeoffset(7), @), 121)"),
  char: padded,
  nchar: padded,
  varchar: text,
  nvarchar: text,
  text,
  ntext: text,
  varbinary: binary,
  image: binary,
  uniqueidentifier: shown("CONVERT(varchar(36), @)"),
};

/** What no server need give back bit by bit. */
function isBeyond(value: CanonicalValue): boolean {
  return typeof value === "number" && (Object.is(value, -0) || (value !== 0 && Math.abs(value) < 2.3e-308));
}

interface Digested {
  readonly at: number;
  readonly column: Column;
  readonly form: Form;
  /** A value that only this engine keeps bit by bit was seen. */
  isOpen: boolean;
}

interface Measured {
  readonly at: number;
  readonly column: Column;
  total: bigint;
  /** Of a code page only ASCII has a known length. */
  isOpen: boolean;
}

const measured: ReadonlySet<TypeName> = new Set(["varchar", "nvarchar", "text", "ntext", "varbinary", "image"]);
const national: ReadonlySet<TypeName> = new Set(["nvarchar", "ntext"]);

export class TableFacts {
  readonly #emit: EmitTable;
  readonly #hasDigest: boolean;
  readonly #digested: readonly Digested[];
  readonly #measured: readonly Measured[];
  #sum = 0n;

  constructor(emit: EmitTable, rules: VersionRules) {
    this.#emit = emit;
    this.#hasDigest = rules.longHashes;
    const columns = emit.columns.map((column, at) => ({ column, at, isOpen: false }));
    this.#digested = columns.flatMap((each) => {
      // The load itself may set a period.
      const form = each.column.period === undefined ? forms[each.column.type.name] : undefined;
      return form === undefined ? [] : [{ ...each, form }];
    });
    this.#measured = columns
      .filter(({ column }) => measured.has(column.type.name))
      .map((each) => ({ ...each, total: 0n }));
  }

  add(row: readonly CanonicalValue[]): void {
    for (const each of this.#measured) measure(each, row[each.at] ?? null);
    if (this.#hasDigest) this.#sum += this.#hashOf(row);
  }

  /** The first eight bytes of SHA-256, as a signed number. */
  #hashOf(row: readonly CanonicalValue[]): bigint {
    const parts: Buffer[] = [];
    for (const each of this.#digested) {
      const value = row[each.at] ?? null;
      if (isBeyond(value)) each.isOpen = true;
      if (value === null) parts.push(absent);
      else {
        const bytes = each.form.bytes(value);
        const length = Buffer.alloc(8);
        length.writeBigInt64BE(BigInt(bytes.length));
        parts.push(present, length, bytes);
      }
    }
    return createHash("sha256").update(Buffer.concat(parts)).digest().readBigInt64BE(0);
  }

  /** None where the table may have other rows. */
  counts(): Count[] {
    const table = tableIdentifier(this.#emit.table);
    const lengths = this.#measured
      .filter(({ isOpen }) => !isOpen)
      .map(({ column, total }) => ({
        what: `bytes of ${this.#emit.table.id}.${column.name}`,
        expected: String(total),
        found: `ISNULL(SUM(CONVERT(decimal(38, 0), DATALENGTH(${identifier(column.name)}))), 0)`,
        from: `FROM ${table}`,
      }));
    const isWhole = this.#hasDigest && this.#digested.length > 0 && this.#digested.every(({ isOpen }) => !isOpen);
    return isWhole ? [...lengths, this.#digest(table)] : lengths;
  }

  #digest(table: string): Count {
    const cells = this.#digested.map(
      ({ form, column }, at) =>
        `CONVERT(varbinary(max), ${form.sql.replace("@", () => identifier(column.name))}) AS c${at}`,
    );
    const framed = this.#digested.map(
      (_, at) => `ISNULL(0x01 + CONVERT(binary(8), CONVERT(bigint, DATALENGTH(v.c${at}))) + v.c${at}, 0x00)`,
    );
    return {
      what: `digest of ${this.#emit.table.id}`,
      expected: String(this.#sum),
      found: "ISNULL(SUM(CONVERT(decimal(38, 0), CONVERT(bigint, SUBSTRING(h.hash, 1, 8)))), 0)",
      from: [
        `FROM ${table} AS t`,
        `CROSS APPLY (SELECT ${cells.join(",\n  ")}) AS v`,
        `CROSS APPLY (SELECT HASHBYTES(N'SHA2_256', ${framed.join("\n  + ")}) AS hash) AS h`,
      ].join("\n"),
    };
  }
}

const absent = Buffer.of(0);
const present = Buffer.of(1);

function measure(each: Measured, value: CanonicalValue): void {
  if (value === null) return;
  if (value instanceof Uint8Array) each.total += BigInt(value.length);
  else if (national.has(each.column.type.name)) each.total += BigInt(String(value).length * 2);
  else if (isAscii(String(value))) each.total += BigInt(String(value).length);
  else each.isOpen = true;
}
