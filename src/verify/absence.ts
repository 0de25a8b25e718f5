/**
 * Which ids of an identity key are missing, and what is known of them (DESIGN, Reconciliation 8). Here the ids are walked once; what
 * of the walk tells something is kept in `reconciled.db`, and `ledger.ts` makes runs of it.
 */
import { proofOnly } from "../reconcile/row.ts";
import { findColumn, storedColumns } from "../schema/model.ts";
import type { SqlType, Table } from "../schema/model.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import { classCodes } from "../stage/patterns.ts";
import type { Reference } from "./foreign-keys.ts";

/** How the ids of a table go on. */
export interface Numbering {
  readonly column: string;
  readonly type: SqlType;
  readonly seed: bigint;
  /** Never 0. */
  readonly increment: bigint;
}

const small = new Set(["tinyint", "smallint", "int"]);
/** Digits of a decimal that SQLite's integers hold. */
const integerDigits = 18;

/** Numbers that a source with keys of its own gave to rows without a match are no ids of the target. */
const isProofOnly = `(ifnull("#withheld", '') LIKE '${proofOnly}: %')`;
const hasTargetKey = `("#withheld" IS NULL OR "#withheld" NOT LIKE 'no-key:%')`;

function isWhole({ name, precision = integerDigits, scale = 0 }: SqlType): boolean {
  const isDecimal = name === "decimal" || name === "numeric";
  return small.has(name) || name === "bigint" || (isDecimal && scale === 0 && precision <= integerDigits);
}

/** Undefined unless the key is one whole-numbered identity column: other keys tell nothing of what is missing. */
export function numberingOf(table: Table): Numbering | undefined {
  const [name, ...more] = table.primaryKey?.columns ?? [];
  const column = name === undefined ? undefined : findColumn(table, name);
  if (column?.identity === undefined || more.length > 0 || !isWhole(column.type)) return undefined;
  const [seed, increment] = [BigInt(column.identity.seed), BigInt(column.identity.increment)];
  return increment === 0n ? undefined : { column: column.name, type: column.type, seed, increment };
}

/** Walks the ids that anything shows. Returns the extreme one that only child rows show, in the direction of the increment. */
export function walkIds(store: Store, table: Table, references: readonly Reference[]): bigint | undefined {
  const numbering = numberingOf(table);
  if (numbering === undefined) return undefined;
  const falls = numbering.increment < 0n;
  store
    .prepare(
      `WITH allocated AS (${allocatedIds(table, numbering)}), known AS (${knownIds(table, numbering)}),
         referring AS (${referringRows(table, numbering, references)}),
         lost AS (SELECT id, min(child) AS child, count(*) AS children FROM referring
           WHERE id NOT IN (SELECT id FROM known) AND id NOT IN (SELECT id FROM allocated) GROUP BY id),
         proved AS (${provedIds(table, numbering)}),
         seen AS (SELECT id, CASE gone WHEN 1 THEN 'deleted' ELSE 'present' END AS class, CASE gone WHEN 1 THEN reason END AS evidence FROM known
           UNION ALL SELECT id, 'lost', reason FROM proved WHERE id NOT IN (SELECT id FROM lost)
           UNION ALL SELECT id, 'lost', 'referred to by ' || child || CASE children WHEN 1 THEN '' ELSE '; rows that refer to it: ' || children END FROM lost),
         walked AS (SELECT *, lag(id) OVER (ORDER BY id ${falls ? "DESC" : "ASC"}) AS previous FROM seen)
       INSERT INTO absence SELECT ?, id, previous, class, evidence FROM walked
         WHERE class <> 'present' OR previous IS NULL OR id - previous <> ?`,
    )
    .run(table.id, numbering.increment);
  const extreme = `SELECT ${falls ? "min" : "max"}(id) FROM absence WHERE tableName = ? AND class = 'lost'`;
  const found = store.prepare<[string], bigint | null>(extreme).pluck(true).safeIntegers(true).get(table.id);
  return found ?? undefined;
}

function knownIds(table: Table, { column, type }: Numbering): string {
  // A row that only a delete tells of has no cells, but a small key is its own number; a decimal is stored as text.
  const id = small.has(type.name) ? '"#key"' : quoteName(column);
  return `SELECT CAST(${id} AS INTEGER) AS id, "#deleted" AS gone, "#withheld" AS reason FROM ${quoteName(table.id)}
    WHERE ${id} IS NOT NULL AND ${hasTargetKey} AND NOT ${isProofOnly} AND CAST(${id} AS INTEGER) NOT IN (SELECT id FROM allocated)`;
}

/** Rows that are known to have been there, and of which nothing else is known. */
function provedIds(table: Table, { column, type }: Numbering): string {
  const id = small.has(type.name) ? '"#key"' : quoteName(column);
  return `SELECT CAST(${id} AS INTEGER) AS id, "#withheld" AS reason FROM ${quoteName(table.id)} WHERE ${id} IS NOT NULL AND ${isProofOnly}`;
}

/** Keys that the recipe allocates were never production's: none is missing between them. */
function allocatedIds(table: Table, { column }: Numbering): string {
  const place = storedColumns(table).findIndex(({ name }) => name === column) + 1;
  return `SELECT CAST(${quoteName(column)} AS INTEGER) AS id FROM ${quoteName(table.id)}
    WHERE "#provenance" IN (SELECT id FROM provenance WHERE substr(classes, ${place}, 1) = '${classCodes.defaulted}')`;
}

/** Ids that child rows refer to, and who they are. A contested reference proves nothing. */
function referringRows(table: Table, { column }: Numbering, references: readonly Reference[]): string {
  const selects = references
    .filter(({ parent, parentKey }) => parent === table && parentKey.length === 1 && parentKey[0] === quoteName(column))
    .flatMap(({ child, childKey: [key = ""] }) => {
      const name = child.columns.find((other) => quoteName(other.name) === key)?.name;
      // Of a type that compares otherwise than it lies: no number.
      return name === undefined ? [] : selectReferring(child, name);
    });
  return selects.length === 0 ? "SELECT NULL AS id, NULL AS child WHERE 0" : selects.join(" UNION ALL ");
}

function selectReferring(child: Table, column: string): string {
  const [key, table] = [quoteName(column), quoteText(child.id)];
  return `SELECT CAST(${key} AS INTEGER) AS id, ${quoteText(`${child.id}.${column} of `)} || "#keyText" AS child FROM ${quoteName(child.id)}
    WHERE ${key} IS NOT NULL AND ${hasTargetKey} AND "#keyText" NOT IN
      (SELECT keyText FROM conflict WHERE tableName = ${table} AND columnName = ${quoteText(column)} AND class = 'contested')`;
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
