/** A second wave: cells that were loaded with another value than they have now, changed only where nobody else has changed them since. */
import path from "node:path";
import { setImmediate as yieldToEvents } from "node:timers/promises";
import type { Column, TypeName } from "../../schema/model.ts";
import type { CellChange } from "../../values/cell-change.ts";
import type { CanonicalValue, PresentValue } from "../../values/codec.ts";
import type { EmitRequest, EmitTable, EmittedFile } from "../emitter.ts";
import { encodingCheck, guardOf, openTransaction, settings, stopIf } from "./batches.ts";
import { shortName, tableMissing } from "./checks.ts";
import { comments } from "../common/comments.ts";
import { identifier, tableIdentifier } from "./identifiers.ts";
import { keyCondition, keyText } from "./key.ts";
import { columnEncoder } from "./literals.ts";
import { enter, keep, logMissing, passIfLoaded } from "./log.ts";
import { ScriptFile } from "./script-file.ts";
import { nationalLiteral, nvarcharLimit } from "./strings.ts";
import { triggersAway } from "./triggers.ts";
import type { VersionRules } from "./versions.ts";

const batchChanges = 250;

export interface ChangePlan {
  readonly request: EmitRequest;
  readonly rules: VersionRules;
  readonly emit: EmitTable;
  /** File name without number and ending. */
  readonly stem: string;
  readonly finished: (file: EmittedFile) => void;
}

const asBytes: Partial<Record<TypeName, string>> = {
  image: "CONVERT(varbinary(max), @)",
  geometry: "CONVERT(varbinary(max), @)",
  geography: "CONVERT(varbinary(max), @)",
};
const padded: ReadonlySet<TypeName> = new Set(["char", "nchar"]);
const texts: ReadonlySet<TypeName> = new Set(["char", "nchar", "varchar", "nvarchar", "text", "ntext"]);

/** As nvarchar, past no code page; undefined for a text that 2000 has no such type for. */
function asText({ type }: Column, rules: VersionRules): string | undefined {
  if (rules.maxTypes) return "CONVERT(nvarchar(max), @)";
  const isShort = typeof type.length === "number" && type.length <= nvarcharLimit;
  return isShort ? `CONVERT(nvarchar(${nvarcharLimit}), @)` : undefined;
}

/** Can the column's values be compared on the server? Those that cannot are told, and left to people; of xml the server keeps another text, and periods are its own. */
export function isComparable(column: Column, rules: VersionRules): boolean {
  const { name } = column.type;
  if (name === "xml" || column.period !== undefined) return false;
  if (texts.has(name)) return asText(column, rules) !== undefined;
  return rules.maxTypes || asBytes[name] === undefined;
}

type Holds = (column: Column, value: CanonicalValue) => string;

/** Character by character, whatever the collation takes for the same; blanks at the end count but where they are padding. */
function sameText(column: Column, name: string, value: string, form: string): string {
  const text = form.replace("@", () => name);
  const same = `${text} COLLATE Latin1_General_BIN = ${nationalLiteral(value)}`;
  return padded.has(column.type.name) ? same : `${same} AND DATALENGTH(${text}) = ${2 * value.length}`;
}

function comparer(rules: VersionRules): Holds {
  return (column, value) => {
    const name = identifier(column.name);
    if (value === null) return `${name} IS NULL`;
    const form = texts.has(column.type.name) ? asText(column, rules) : undefined;
    if (form !== undefined) return sameText(column, name, String(value), form);
    const bytes = asBytes[column.type.name];
    return `${bytes === undefined ? name : bytes.replace("@", () => name)} = ${comparand(column, value, rules)}`;
  };
}

/** In the column's own precision, or 0.1 would not be the real 0.1; spatial values as the bytes that they are. */
function comparand(column: Column, value: PresentValue, rules: VersionRules): string {
  const { name } = column.type;
  const literal = columnEncoder(column, rules, false)(value);
  if (name === "real") return `CAST(${literal} AS real)`;
  return name === "geometry" || name === "geography" ? literal.replace(/^CAST\((.*) AS \w+\)$/, "$1") : literal;
}

function statements(change: CellChange, plan: ChangePlan, holds: Holds, key: string): string {
  const { emit, request, rules } = plan;
  const table = tableIdentifier(emit.table);
  const { column, before, after } = change;
  const value = after === null ? "NULL" : columnEncoder(column, rules, false)(after);
  const kept = keep(request, { table: emit.table, key: keyText(emit, change.cells), column: column.name });
  return [
    `UPDATE ${table} SET ${identifier(column.name)} = ${value} WHERE ${key} AND ${holds(column, before)}`,
    `${kept} WHERE NOT EXISTS (SELECT * FROM ${table} WHERE ${key} AND ${holds(column, after)})`,
  ].join("\n");
}

function opening({ request, rules, emit }: ChangePlan, name: string): string[] {
  const introduction = comments([
    `tablesalvage: changed cells of ${shortName(emit.table)}, incident ${request.incident}, for SQL Server ${rules.version}.`,
    "A cell that holds another value than was loaded is left as it is, and told by 90-verify.sql.",
    `Evidence: ${request.evidence}.`,
  ]);
  const begin = request.transaction === "file" ? ["BEGIN TRANSACTION"] : [];
  return [
    `${introduction}\n${settings}`,
    encodingCheck,
    stopIf([openTransaction, logMissing, tableMissing(emit.table)]),
    passIfLoaded(request, name),
    ...[...begin, triggersAway(emit.table)].flatMap((batch) => [batch, guardOf(request)]),
  ];
}

/** One file a table; none where nothing changed. */
export async function writeChangeFile(plan: ChangePlan): Promise<void> {
  const { request, rules, emit, stem } = plan;
  const condition = keyCondition(emit, rules);
  if (emit.changes === undefined || emit.changedCells === 0 || condition === undefined) return;
  const name = `${stem}.changes.sql${request.gzip ? ".gz" : ""}`;
  const file = new ScriptFile(path.join(request.folder, name), rules, { gzip: request.gzip });
  try {
    for (const batch of opening(plan, name)) file.batch(batch);
    const holds = comparer(rules);
    let batch: string[] = [];
    const end = (): void => {
      if (batch.length > 0) for (const text of [batch.join("\n"), guardOf(request)]) file.batch(text);
      batch = [];
    };
    for (const changes of emit.changes()) {
      for (const change of changes.filter(({ column }) => isComparable(column, rules))) {
        batch.push(statements(change, plan, holds, condition(change.cells)));
        if (batch.length >= batchChanges) end();
      }
      await yieldToEvents();
      request.signal.throwIfAborted();
    }
    end();
    for (const text of [enter(request, name, 0), guardOf(request)]) file.batch(text);
    if (request.transaction === "file") file.batch("COMMIT TRANSACTION");
    plan.finished({ ...file.commit(), purpose: "data", table: emit.table.id, rows: 0 });
  } catch (error) {
    file.discard();
    throw error;
  }
}
