/** What a codec is: one a SQL type, between what sources give and the canonical form that is staged. */
import type { SqlType } from "../schema/model.ts";

/** A cell as an extractor hands it over: text of an export, a typed value of a database, bytes of a 0x literal. */
export type RawValue = string | number | bigint | boolean | Uint8Array;

/**
 * A cell in canonical form, without NULL. By type:
 * integers `number` (`bigint` beyond 2^53) · decimal, money exact text with the declared scale · float, real
 * `number` (a real is the double nearest its shortest text) · bit 0 or 1 · strings `string` (char and nchar without their padding) ·
 * binary `Uint8Array` · uniqueidentifier upper-case text · date `YYYY-MM-DD` · time `hh:mm:ss.fffffff` ·
 * smalldatetime, datetime, datetime2 `YYYY-MM-DD hh:mm:ss.fffffff` (datetime on its 1/300 s tick: .0000000,
 * .0030000, .0070000) · datetimeoffset the same in local time, then ` +hh:mm` · xml `string` · hierarchyid, geometry, geography
 * `Uint8Array` · sql_variant `basetype:canonical` text (binary as 0x hex).
 */
export type PresentValue = string | number | bigint | Uint8Array;

/** A cell in canonical form. NULL and the empty string are never confused. */
export type CanonicalValue = PresentValue | null;

export type DateOrder = "mdy" | "dmy" | "ymd";

/** How a source writes numbers, where that is not as SQL does. */
export interface NumberForm {
  readonly decimal: "." | ",";
  /** Characters that may stand between groups of three digits, as a set. A blank stands for no-break ones too. */
  readonly thousands: string;
}

/** How a source writes what is ambiguous. */
export interface Conventions {
  /**
   * SET DATEFORMAT of the source: settles `03/04/2005`. Forms that are not ambiguous are read alike under all. `unknown`: what is another day
   * under another order is not read.
   */
  readonly dateOrder: DateOrder | "unknown";
  /** Texts for numbers are written so, and in no other way. */
  readonly numbers?: NumberForm;
  /**
   * Was the text written for the server to read? Under `dmy` its datetime and smalldatetime take `2005-04-03` for the 4th of March
   * (GOTCHAS 10). What programs export they mean as year, month, day.
   */
  readonly isLiteral?: boolean;
  /** Texts for a sql_variant begin with their base type: `int:5`. */
  readonly namesBaseTypes?: boolean;
}

export const defaultConventions: Conventions = { dateOrder: "mdy" };

/** What `parse` returns for a cell that its type cannot hold. It is kept as raw text, never a claim. */
export class Unparsable {
  /** Ends a sentence that begins with the cell: `is not an int`, `overflows decimal(10,2)`. */
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

export interface Codec {
  readonly type: SqlType;
  /** Reads a source's cell as the server would convert it on INSERT; NULL never comes here. */
  parse(raw: RawValue, conventions: Conventions): PresentValue | Unparsable;
  /** Is the value less than what the source says, as the server would have it: digits beyond the scale, a 2 in a bit? Where missing: never. */
  isLess?(raw: RawValue): boolean;
  /** Two canonical values are the same to the server (under the column's collation) exactly if these are `===`. */
  equalityKey(value: PresentValue): string | number | bigint;
  /** The form people read: reports, explain, conflicts. Binary as 0x hex; never cut. */
  format(value: PresentValue): string;
}
