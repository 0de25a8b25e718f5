/** Rebuild scripts for SQLite 3.24 and newer. Values that SQLite has no exact type for stand as text, in the form in which they are staged. */
import type { Column, SqlType } from "../../schema/model.ts";
import type { PresentValue } from "../../values/codec.ts";
import { cannotHold, commonDefault, hexOf, plainText, quoteWith, requireWellFormed } from "../standard/dialect.ts";
import type { ColumnForm, Dialect } from "../standard/dialect.ts";
import { standardEmitter } from "../standard/emitter.ts";

const name = "SQLite";
const quote = quoteWith('"', 1000);

/** What a tool that reads by line might act upon, and what no literal shows. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const unprintable = /[\u0000-\u001f\u007f]+/g;
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controlCharacter = /[\u0000-\u001f\u007f]/g;
const mostParts = 20;

/** Control characters by their numbers: SQLite's texts hold even NUL. */
function textLiteral(value: PresentValue): string {
  const text = value as string;
  requireWellFormed(text, name);
  // Many parts would make an expression deeper than SQLite takes.
  if ((text.match(controlCharacter)?.length ?? 0) > mostParts) return `CAST(x'${hexOf(Buffer.from(text))}' AS TEXT)`;
  const parts: string[] = [];
  let from = 0;
  for (const { 0: run, index } of text.matchAll(unprintable)) {
    if (index > from) parts.push(plainText(text.slice(from, index)));
    parts.push(`char(${Array.from(run, (character) => character.charCodeAt(0)).join(", ")})`);
    from = index + run.length;
  }
  if (from < text.length || parts.length === 0) parts.push(plainText(text.slice(from)));
  return parts.join(" || ");
}

function floatLiteral(value: PresentValue): string {
  if (!Number.isFinite(value)) throw cannotHold(`the number ${String(value)}`, name);
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

const integers = new Set(["bit", "tinyint", "smallint", "int", "bigint"]);
const floats = new Set(["float", "real"]);
const binaries = new Set(["binary", "varbinary", "image", "hierarchyid", "geometry", "geography"]);

function form({ type }: Column): ColumnForm {
  if (integers.has(type.name)) return { type: "INTEGER", encode: String };
  if (floats.has(type.name)) return { type: "REAL", encode: floatLiteral };
  if (binaries.has(type.name)) return { type: "BLOB", encode: (value) => `x'${hexOf(value)}'` };
  return { type: "TEXT", encode: textLiteral, ...noteOf(type) };
}

function noteOf({ name: type }: SqlType): { readonly note?: string } {
  const isExact = ["decimal", "numeric", "money", "smallmoney"].includes(type);
  return isExact ? { note: "is text there: SQLite's own numbers would round it" } : {};
}

function refuse(select: string, message: string): string[] {
  return [
    "CREATE TEMP TABLE IF NOT EXISTS tablesalvage (found)",
    "DROP TRIGGER IF EXISTS temp.tablesalvage_stop",
    `CREATE TEMP TRIGGER tablesalvage_stop BEFORE INSERT ON tablesalvage BEGIN SELECT RAISE(ABORT, ${plainText(message)}); END`,
    `INSERT INTO temp.tablesalvage SELECT 1 WHERE EXISTS (${select})`,
  ];
}

const sqliteDialect: Dialect = {
  id: "sqlite",
  summary: "INSERT scripts for SQLite",
  name,
  quote,
  hasSchemas: false,
  form,
  keepsIncrements: false,
  identity: (column, isKey) =>
    isKey && integers.has(column.type.name)
      ? { type: "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", saysKey: true }
      : undefined,
  // CURRENT_TIMESTAMP is UTC here; a sign, and a function, need brackets.
  defaultOf: (expression, column) => {
    const preset = commonDefault(expression, column);
    if (preset === "CURRENT_TIMESTAMP") return "(strftime('%Y-%m-%d %H:%M:%f', 'now', 'localtime'))";
    return preset?.startsWith("-") === true ? `(${preset})` : preset;
  },
  settings: ["PRAGMA foreign_keys = OFF"],
  begin: "BEGIN",
  commit: "COMMIT",
  refuse,
  fromNothing: "",
  inlineForeignKeys: true,
  isSame: (left, right) => `${left} IS ${right}`,
  skipDuplicates: (keys) => `ON CONFLICT (${keys.join(", ")}) DO NOTHING`,
  reseed: ({ relation }, last) => {
    const table = plainText(relation.slice(1, -1).replaceAll('""', '"'));
    return [
      `INSERT INTO sqlite_sequence (name, seq) SELECT ${table}, ${last} WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ${table})`,
      `UPDATE sqlite_sequence SET seq = max(seq, ${last}) WHERE name = ${table}`,
    ];
  },
  preflight: () =>
    refuse("SELECT 1 FROM pragma_encoding WHERE encoding <> 'UTF-8'", "tablesalvage: this database is not in UTF-8"),
};

export default standardEmitter(sqliteDialect);
