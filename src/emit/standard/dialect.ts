/** What the dialects beside T-SQL have of their own. What they share writes the files (`emitter.ts`). */
import { UserError } from "../../errors.ts";
import type { Column, Table, TypeName } from "../../schema/model.ts";
import type { PresentValue } from "../../values/codec.ts";

/** How a column is declared, and how its values are written. */
export interface ColumnForm {
  readonly type: string;
  /** Throws UserError for a value that the database cannot hold. */
  encode(value: PresentValue): string;
  /** What the column is not any more, where its type has no equal. */
  readonly note?: string;
}

export interface Dialect {
  readonly id: string;
  readonly summary: string;
  /** `PostgreSQL`. */
  readonly name: string;
  /** Throws UserError for a name that no script can carry. */
  quote(name: string): string;
  /** Without them a table's schema is no part of its name, unless two tables would be called the same. */
  readonly hasSchemas: boolean;
  form(column: Column): ColumnForm;
  /** What makes the column count by itself; undefined: it does not there. `isKey`: it alone is the primary key. */
  identity(column: Column, isKey: boolean): IdentityForm | undefined;
  /** Does a column that counts keep its seed and its increment? */
  readonly keepsIncrements: boolean;
  /** An expression for a T-SQL default that means the same; undefined: there is none. */
  defaultOf(expression: string, column: Column): string | undefined;
  /** At the head of each script. */
  readonly settings: readonly string[];
  readonly begin: string;
  readonly commit: string;
  /** Statements that stop the script with the message where the SELECT gives a row. */
  refuse(select: string, message: string): string[];
  /** Stands behind SELECT where there is no table. */
  readonly fromNothing: string;
  /** Are foreign keys part of CREATE TABLE? Else they are added behind the rows. */
  readonly inlineForeignKeys: boolean;
  /** Behind the VALUES of an INSERT whose rows may be there: nothing is changed of those. */
  skipDuplicates(keys: readonly string[]): string;
  /** Two values are the same, NULL being the same as NULL. */
  isSame(left: string, right: string): string;
  /** Goes on counting behind `last`. */
  reseed(place: SequencePlace, last: bigint): string[];
  /** Throws UserError for a table that the database cannot have. */
  checkTable?(table: Table): void;
  /** Is it the right kind of server, set up as the scripts need it? */
  preflight(): string[];
}

interface IdentityForm {
  /** In the place of the column's type. */
  readonly type: string;
  /** The primary key is said with it. */
  readonly saysKey: boolean;
}

interface SequencePlace {
  readonly table: Table;
  /** Quoted. */
  readonly relation: string;
  readonly column: Column;
  readonly isRising: boolean;
}

const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/u; // oxlint-disable-line no-control-regex -- control characters are what is looked for

/** A name between marks, which are doubled within it. */
export function quoteWith(mark: string, longest: number) {
  return (name: string): string => {
    if (name === "" || Buffer.byteLength(name) > longest || unprintable.test(name))
      throw new UserError({
        what: `the name ${JSON.stringify(name)} cannot be written there: it has ${Buffer.byteLength(name)} bytes (at most ${longest}), or control characters`,
        remedy: "Rename it in the target schema, rebuild under that name, and rename it back",
      });
    return `${mark}${name.replaceAll(mark, mark + mark)}${mark}`;
  };
}

export function cannotHold(what: string, database: string): UserError {
  return new UserError({
    what: `${database} cannot hold ${what}`,
    remedy: "Decide another value, withhold the row, or leave the column to NULL with `violations`",
  });
}

/** UTF-8 has no form for half of a pair. */
export function requireWellFormed(text: string, database: string): void {
  if (!text.isWellFormed()) throw cannotHold("text with a lone surrogate", database);
}

/** The fraction of a canonical time, cut to the digits that the database keeps. */
export function cutFraction(canonical: string, digits: number, database: string): string {
  const [, head = "", fraction = "", rest = ""] = /^(.*\d{2}:\d{2}:\d{2})\.(\d{7})(.*)$/.exec(canonical) ?? [];
  if (head === "") return canonical;
  if (/[1-9]/.test(fraction.slice(digits)))
    throw cannotHold(`the time ${canonical}, which has more than ${digits} fraction digits`, database);
  return digits === 0 ? `${head}${rest}` : `${head}.${fraction.slice(0, digits)}${rest}`;
}

export function hexOf(bytes: PresentValue): string {
  return Buffer.from(bytes as Uint8Array).toString("hex");
}

/** `'…'` with quotes doubled; only for texts without control characters. */
export function plainText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const outerParentheses = /^\(([^]*)\)$/;

/** What is left of an expression without the parentheses that the server put around it. */
export function bare(expression: string): string {
  let text = expression.trim();
  for (let inner = outerParentheses.exec(text)?.[1]; inner !== undefined; inner = outerParentheses.exec(text)?.[1]) {
    if (!isBalanced(inner)) break;
    text = inner.trim();
  }
  return text;
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === "(") depth++;
    if (character === ")" && --depth < 0) return false;
  }
  return depth === 0;
}

const clock = /^(?:getdate\s*\(\s*\)|current_timestamp|sysdatetime\s*\(\s*\))$/i;
const number = /^[+-]?\d+(?:\.\d+)?$/;
const plainString = /^N?'((?:[^'\\\p{C}]|'')*)'$/iu;

const numbers = new Set<TypeName>([
  ...(["bit", "tinyint", "smallint", "int", "bigint", "decimal", "numeric"] as const),
  ...(["money", "smallmoney", "float", "real"] as const),
]);
const texts = new Set<TypeName>(["char", "varchar", "nchar", "nvarchar", "text", "ntext"]);
const moments = new Set<TypeName>(["smalldatetime", "datetime", "datetime2"]);

/** Numbers for numbers, plain texts for texts and the clock for times mean the same everywhere; what T-SQL would convert does not. */
export function commonDefault(expression: string, { type }: Column): string | undefined {
  const text = bare(expression);
  if (numbers.has(type.name)) return number.test(text) ? text : undefined;
  if (moments.has(type.name)) return clock.test(text) ? "CURRENT_TIMESTAMP" : undefined;
  const [, string] = texts.has(type.name) ? (plainString.exec(text) ?? []) : [];
  return string === undefined ? undefined : `'${string}'`;
}
