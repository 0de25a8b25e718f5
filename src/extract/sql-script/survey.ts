/** The tables of scripts as they lie there, for a profile: one pass tells which there are, and one more each gives its rows. */
import { tableName, type Column, type Table } from "../../schema/model.ts";
import type { RawValue } from "../../values/codec.ts";
import type { CheckContext, ExtractContext, SurveyedTable, TableMapping } from "../extractor.ts";
import { Ledger, type LedgerContext } from "./ledger.ts";
import type { ScriptTable } from "./names.ts";
import { openScript, readPieces, type OpenedScript } from "./opened.ts";
import type { SqlScriptOptions } from "./options.ts";
import { readScript } from "./read-script.ts";
import { Routes } from "./routes.ts";
import type { ScriptColumn } from "./session.ts";

type Rows = readonly (readonly (RawValue | null)[])[];

interface Met {
  readonly table: ScriptTable;
  columns: readonly ScriptColumn[];
}

/** Notes all tables, and feeds none. */
class MeetingRoutes extends Routes {
  readonly tables = new Map<string, Met>();

  override meet(table: ScriptTable, columns: readonly ScriptColumn[] = []): void {
    if (table.isTemporary) return;
    const met = this.tables.get(table.key) ?? { table, columns };
    this.tables.set(table.key, met);
    const known = new Set(met.columns.map(({ name }) => name.toUpperCase()));
    const others = columns.filter(({ name }) => !known.has(name.toUpperCase()));
    met.columns = [...met.columns, ...others];
  }
}

/** Yields the tables of every script that it creates or fills. Throws UserError as opening them does. */
export async function* survey(options: SqlScriptOptions, context: CheckContext): AsyncGenerator<SurveyedTable> {
  for (const file of context.files) {
    const script = await openScript(file, options);
    const pass = new Pass(script, options, context.signal);
    const routes = new MeetingRoutes([], options.schema, script.dialect.findsByName);
    for await (const _ of pass.read(routes));
    for (const met of routes.tables.values()) yield surveyed(met, script, options, context.signal);
  }
}

function surveyed(met: Met, script: OpenedScript, options: SqlScriptOptions, signal: AbortSignal): SurveyedTable {
  const { dialect, evidence, file, encoding } = script;
  const columns = met.columns.filter(({ kind }) => kind !== "computed");
  const pass = new Pass(script, options, signal);
  const types = columns.map(({ type = "" }) => type);
  return {
    file,
    part: met.table.label,
    facts: [
      { name: "dialect", value: dialect.id, ...(evidence === undefined ? {} : { evidence }) },
      ...(encoding === undefined ? [] : [{ name: "encoding", value: encoding }]),
    ],
    fields: columns.map(({ name }) => name),
    ...(types.includes("") ? {} : { types }),
    rows: rowsOf(met.table, columns, pass, options),
    damage: () => pass.damage,
  };
}

async function* rowsOf(
  table: ScriptTable,
  columns: readonly ScriptColumn[],
  pass: Pass,
  { schema }: SqlScriptOptions,
): AsyncGenerator<Rows> {
  const mapping = mappingOf(table, columns);
  const width = columns.length;
  for await (const batch of pass.read(new Routes([mapping], schema)))
    if (batch.operation === "snapshot") yield batch.rows.map((row) => inOrder(row, batch.columns, width));
}

function inOrder(row: readonly (RawValue | null)[], columns: readonly Column[], width: number): (RawValue | null)[] {
  const cells: (RawValue | null)[] = Array.from({ length: width }, () => null);
  for (const [at, { ordinal }] of columns.entries()) cells[ordinal] = row[at] ?? null;
  return cells;
}

/** As if the script's table were lost: its columns take whatever is there. */
function mappingOf({ label }: ScriptTable, columns: readonly ScriptColumn[]): TableMapping {
  const [schema = "", name = ""] = label.split(/\.(.*)/s);
  const id = tableName(schema, name);
  const none = { unique: [], foreignKeys: [], checks: [], attachments: [] };
  const table: Table = { schema, name, id, ...none, columns: columns.map(columnOf) };
  return { table, columns: new Map(), cutAt: new Map() };
}

function columnOf({ name }: ScriptColumn, ordinal: number): Column {
  return { name, ordinal, nullable: true, type: { name: "sql_variant" }, declaredType: "sql_variant" };
}

/** One reading of a script of which only rows and damage are wanted. */
class Pass {
  readonly #script: OpenedScript;
  readonly #options: SqlScriptOptions;
  readonly #signal: AbortSignal;
  #quarantined = 0;
  #first = 0;
  #losses: string[] = [];

  constructor(script: OpenedScript, options: SqlScriptOptions, signal: AbortSignal) {
    this.#script = script;
    this.#options = options;
    this.#signal = signal;
  }

  get damage(): string[] {
    const { length } = this.#losses;
    if (this.#quarantined === 0 && length === 0) return [];
    const records = this.#quarantined === 1 ? "1 record" : `${this.#quarantined} records`;
    const unread = this.#quarantined === 0 ? [] : [`${records} that cannot be read, the first on line ${this.#first}`];
    return [...this.#losses, ...unread];
  }

  read(routes: Routes): ReturnType<typeof readScript> {
    [this.#quarantined, this.#losses] = [0, []];
    const context: LedgerContext & Pick<ExtractContext, "signal"> = {
      signal: this.#signal,
      read: () => undefined,
      skip: () => undefined,
      leftover: () => undefined,
      quarantine: (_raw, _reason, { line = 0 }) => void (this.#quarantined++ === 0 && (this.#first = line)),
      warn: (message, _at, weight) => void (weight === "loss" && this.#losses.push(message)),
    };
    const { file, dialect } = this.#script;
    const ledger = new Ledger(file, context);
    const pieces = readPieces(this.#script, ledger, context, () => undefined);
    return readScript(pieces, { options: this.#options, dialect, routes, zone: "UTC" }, ledger);
  }
}
