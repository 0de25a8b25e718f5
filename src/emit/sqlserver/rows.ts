/** One compiled row function a table: from a row of canonical values to its part of a batch. */
import { Fault, UserError } from "../../errors.ts";
import { isStored } from "../../schema/model.ts";
import type { Column } from "../../schema/model.ts";
import type { CanonicalValue } from "../../values/codec.ts";
import type { EmitRequest, EmitTable } from "../emitter.ts";
import { identifier, tableIdentifier } from "./identifiers.ts";
import { keyCondition, keyText } from "./key.ts";
import { keep } from "./log.ts";
import { columnEncoder, firstNull } from "./literals.ts";
import type { Encode } from "./literals.ts";
import { longTexts } from "./long-texts.ts";
import { periodLiteral } from "./temporal.ts";
import type { VersionRules } from "./versions.ts";

export type Row = readonly CanonicalValue[];

/** How a table's rows are strung together to batches. */
export interface RowForm {
  /** What a batch begins with, and what stands between its rows. */
  readonly opening: string;
  readonly joiner: string;
  /** A row's text; `first` of its batch. Throws UserError, with table and key, for a value that no server holds. */
  render(row: Row, first: boolean): string;
  /** Must the row have a batch of its own? */
  standsAlone(row: Row): boolean;
}

interface CompiledColumn {
  readonly encode: Encode;
  readonly firstNull: string;
  readonly otherNull: string;
}

function compileColumn(column: Column, rules: VersionRules, uniform: boolean): CompiledColumn {
  const encode = columnEncoder(column, rules, uniform);
  if (column.period === undefined) return { encode, firstNull: firstNull(column), otherNull: "NULL" };
  const unknown = periodLiteral(column, undefined);
  return { encode: (value) => periodLiteral(column, encode(value)), firstNull: unknown, otherNull: unknown };
}

/** `literal, literal, …` for a row; `first` of a statement with many rows, whose NULLs then carry types. */
type Values = (row: Row, first?: boolean) => string;

function compileValues(emit: EmitTable, rules: VersionRules, uniform: boolean): Values {
  const columns = emit.columns.map((column) => compileColumn(column, rules, uniform));
  return (row, first = false) => {
    if (row.length !== columns.length) throw new Fault(`${emit.table.id}: a row of ${row.length} cells`);
    let text = "";
    for (let at = 0; at < columns.length; at++) {
      const column = columns[at] as CompiledColumn;
      const value = row[at] ?? null;
      if (at > 0) text += ", ";
      if (value !== null) text += column.encode(value);
      else text += first ? column.firstNull : column.otherNull;
    }
    return text;
  };
}

/** Adds table and key to what an encoder says of a cell. */
function placed(error: unknown, emit: EmitTable, row: Row): unknown {
  if (!(error instanceof UserError)) return error;
  const where = { table: emit.table.id, key: keyText(emit, row) };
  return new UserError({ what: error.what, remedy: error.remedy, where, cause: error });
}

function insertInto(emit: EmitTable): string {
  const stranger = emit.columns.find((column) => !isStored(column));
  if (stranger !== undefined) throw new Fault(`${emit.table.id}.${stranger.name} cannot be inserted into`);
  return `INSERT INTO ${tableIdentifier(emit.table)} (${emit.columns.map((column) => identifier(column.name)).join(", ")})`;
}

type Statement = (row: Row, values: Values) => string;

/** One statement a row; with `skip`, a row goes in only where its key is absent. Never MERGE (GOTCHAS 23). */
function singleStatement(emit: EmitTable, rules: VersionRules, request: EmitRequest): Statement {
  const { ifExists } = request;
  const head = insertInto(emit);
  if (ifExists === "stop") return (row, values) => `${head} VALUES (${values(row)})`;
  const condition = keyCondition(emit, rules);
  if (condition === undefined)
    throw new UserError({
      what: "`ifExists: skip` needs a primary or unique key to tell which rows are there",
      where: { table: emit.table.id },
      remedy: "Add a key to the target schema, or set target.ifExists to stop",
    });
  const table = tableIdentifier(emit.table);
  return (row, values) =>
    `${head} SELECT ${values(row)} WHERE NOT EXISTS (SELECT * FROM ${table} WHERE ${condition(row)})`;
}

/** In a second wave a row of its key that somebody made since is told. An IF would set @@ROWCOUNT, by which the texts of a long row ask, too. */
function keptRow(emit: EmitTable, request: EmitRequest, row: Row): string | undefined {
  if (request.since === undefined) return undefined;
  return keep(request, { table: emit.table, key: keyText(emit, row), column: undefined });
}

function singleRowForm(emit: EmitTable, rules: VersionRules, request: EmitRequest): RowForm {
  const values = compileValues(emit, rules, false);
  const statement = singleStatement(emit, rules, request);
  const long = rules.maxTypes ? undefined : longTexts(emit, rules, request.ifExists);
  return {
    opening: "",
    joiner: "\n",
    standsAlone: (row) => long?.isLong(row) ?? false,
    render: (row) => {
      const kept = keptRow(emit, request, row);
      if (long?.isLong(row) !== true)
        return [statement(row, values), ...(kept === undefined ? [] : [`IF @@ROWCOUNT = 0 ${kept}`])].join("\n");
      const other = kept === undefined ? [] : [`ELSE ${kept}`];
      return [statement(long.shorten(row), values), long.append(row), ...other].join("\n");
    },
  };
}

function multiRowForm(emit: EmitTable, rules: VersionRules): RowForm {
  const values = compileValues(emit, rules, true);
  return {
    opening: `${insertInto(emit)} VALUES\n`,
    joiner: ",\n",
    standsAlone: () => false,
    render: (row, first) => `(${values(row, first)})`,
  };
}

/** Compiles a table's rows. Throws UserError where the table cannot be written as the recipe asks. */
export function compileRows(emit: EmitTable, rules: VersionRules, request: EmitRequest): RowForm {
  const isMultiRow = rules.multiRowValues && request.ifExists === "stop";
  const form = isMultiRow ? multiRowForm(emit, rules) : singleRowForm(emit, rules, request);
  return {
    ...form,
    render: (row, first): string => {
      try {
        return form.render(row, first);
      } catch (error) {
        throw placed(error, emit, row);
      }
    },
  };
}
