/**
 * Texts that SQL Server 2000 takes in no single expression: without max types the first part goes in by INSERT and the
 * others are appended through a text pointer (GOTCHAS 18). Source: Books Online 2000, "UPDATETEXT", "TEXTPTR".
 */
import { UserError } from "../../errors.ts";
import type { Column } from "../../schema/model.ts";
import type { CanonicalValue } from "../../values/codec.ts";
import type { EmitRequest, EmitTable } from "../emitter.ts";
import { identifier, tableIdentifier } from "./identifiers.ts";
import { keyCondition, keyText } from "./key.ts";
import { cut, isAscii, nationalLiteral, nvarcharLimit, varcharLimit } from "./strings.ts";
import type { VersionRules } from "./versions.ts";

type Row = readonly CanonicalValue[];

export interface LongTexts {
  isLong(row: Row): boolean;
  /** The row with the first part of each long text: never empty, so that its text pointer is valid. */
  shorten(row: Row): Row;
  /** The statements that append the other parts. */
  append(row: Row): string;
}

interface TextColumn {
  readonly column: Column;
  readonly position: number;
}

/** What does not fit in one expression: more than 4000 characters, in `text` more than 8000 if they are ASCII. */
function partsOf(row: Row, { column, position }: TextColumn): string[] {
  const value = row[position];
  if (typeof value !== "string" || value.length <= nvarcharLimit) return [];
  if (column.type.name === "text" && value.length <= varcharLimit && isAscii(value)) return [];
  return cut(value, nvarcharLimit);
}

function appendParts(table: string, column: Column, parts: readonly string[], condition: string): string[] {
  const name = identifier(column.name);
  return [
    `SELECT @pointer = TEXTPTR(${name}) FROM ${table} WHERE ${condition}`,
    ...parts
      .slice(1)
      .flatMap((part) => [`SET @part = ${nationalLiteral(part)}`, `UPDATETEXT ${table}.${name} @pointer NULL 0 @part`]),
  ];
}

function noKey(emit: EmitTable, row: Row): never {
  throw new UserError({
    what: "SQL Server 2000 takes a text of more than 4000 characters only in parts, and without a key its row cannot be found again",
    where: { table: emit.table.id, key: keyText(emit, row) },
    remedy: "Add a primary or unique key to the table in the target schema",
  });
}

/** Where `skip` left a row alone, its texts are left alone too. */
function conditional(statements: readonly string[], ifExists: EmitRequest["ifExists"]): readonly string[] {
  return ifExists === "stop" ? statements : ["IF @@ROWCOUNT = 1", "BEGIN", ...statements, "END"];
}

/** Undefined where the table has no column for long texts. */
export function longTexts(
  emit: EmitTable,
  rules: VersionRules,
  ifExists: EmitRequest["ifExists"],
): LongTexts | undefined {
  const columns = emit.columns
    .map((column, position) => ({ column, position }))
    .filter(({ column }) => column.type.name === "text" || column.type.name === "ntext");
  if (columns.length === 0) return undefined;
  const condition = keyCondition(emit, rules);
  const table = tableIdentifier(emit.table);
  return {
    isLong: (row) => columns.some((column) => partsOf(row, column).length > 0),
    shorten: (row) =>
      columns.reduce<Row>((short, column) => {
        const [first] = partsOf(row, column);
        return first === undefined ? short : short.with(column.position, first);
      }, row),
    append: (row) => {
      const found = condition?.(row) ?? noKey(emit, row);
      const statements = columns.flatMap((column) => {
        const parts = partsOf(row, column);
        return parts.length === 0 ? [] : appendParts(table, column.column, parts, found);
      });
      return conditional(["DECLARE @pointer varbinary(16), @part nvarchar(4000)", ...statements], ifExists).join("\n");
    },
  };
}
