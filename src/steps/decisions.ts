/** Decisions of people: read, held against the target's tables, and told of where they apply or do not. */
import fs from "node:fs";
import { readDecisions } from "../decisions/file.ts";
import type { Decision } from "../decisions/file.ts";
import { UserError } from "../errors.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import type { CellDecision, RowDecision, RowDecisions } from "../reconcile/decisions.ts";
import { Evidence } from "../reconcile/merge.ts";
import type { TablePlan } from "../reconcile/plan.ts";
import { reconcileRow } from "../reconcile/row.ts";
import { resolveTable } from "../recipe/names.ts";
import { sameName, storedColumns } from "../schema/model.ts";
import type { Column, Table } from "../schema/model.ts";
import { Unparsable, defaultConventions } from "../values/codec.ts";
import type { CanonicalValue } from "../values/codec.ts";
import type { RowKey } from "../values/key.ts";
import { codecFor } from "../values/registry.ts";
import { parseKey } from "./explain-key.ts";
import { standingsOf } from "./standings.ts";
import type { OpenSource } from "./standings.ts";

/** By the tables' ids. */
export type Decisions = ReadonlyMap<string, RowDecisions>;

interface Planned {
  readonly decision: Decision;
  readonly table: Table;
  readonly key: RowKey;
  /** Undefined: the row is withheld. */
  readonly index: number | undefined;
  readonly value: CanonicalValue;
}

/** The text of the file: what reconciliation depends on. Empty where there is none. */
export function decisionsText(incident: Incident): string {
  const { decisions } = layoutOf(incident.directory);
  return fs.existsSync(decisions) ? fs.readFileSync(decisions, "utf8") : "";
}

/** Throws UserError for a decision that is none of the incident. */
export function checkDecisions(incident: Incident, file: string): void {
  for (const decision of readDecisions(file)) planned(incident, decision);
}

/** Throws UserError for a fault of the file, and for a table, key, column or value that is none. */
export function loadDecisions(incident: Incident): Decisions {
  const tables = new Map<string, Map<RowKey, RowDecision>>();
  for (const { decision, table, key, index, value } of plannedDecisions(incident)) {
    const rows = tables.get(table.id) ?? new Map<RowKey, RowDecision>();
    const known = rows.get(key) ?? { cells: new Map<number, CellDecision>() };
    const said = { evidence: decision.evidence, said: `by ${decision.by}: ${decision.why}` };
    rows.set(
      key,
      index === undefined
        ? { ...known, withhold: said }
        : { ...known, cells: new Map([...known.cells, [index, { ...said, value }]]) },
    );
    tables.set(table.id, rows);
  }
  return tables;
}

function plannedDecisions(incident: Incident): Planned[] {
  return readDecisions(layoutOf(incident.directory).decisions).map((decision) => {
    try {
      return planned(incident, decision);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { what, remedy, where } = error;
      throw new UserError({ what, remedy, where: { ...where, ...decision.place }, cause: error });
    }
  });
}

function planned(incident: Incident, decision: Decision): Planned {
  const table = resolveTable({ ...incident.schema, tables: incident.tables }, decision.table);
  const key = parseKey(table, decision.key);
  if (decision.cell === undefined) return { decision, table, key, index: undefined, value: null };
  const { column: name, value } = decision.cell;
  const columns = storedColumns(table);
  const index = columns.findIndex((column) => sameName(column.name, name));
  const column = columns[index];
  if (column === undefined)
    throw new UserError({
      what: `the table has no column ${JSON.stringify(name)}`,
      where: { table: table.id },
      remedy: `Name one of: ${columns.map((each) => each.name).join(", ")}`,
    });
  return { decision, table, key, index, value: value === null ? null : valueOf(column, value, table) };
}

function valueOf(column: Column, text: string, table: Table): CanonicalValue {
  const value = codecFor(column).parse(text, defaultConventions);
  if (!(value instanceof Unparsable)) return value;
  throw new UserError({
    what: `the value for ${column.name} ${value.reason}`,
    where: { table: table.id },
    remedy: `Give a value of type ${column.declaredType}`,
  });
}

/** Sentences: how many apply, and each that does not, with why. */
export function decisionNotes(
  incident: Incident,
  plans: readonly TablePlan[],
  sources: readonly OpenSource[],
): string[] {
  const decisions = plannedDecisions(incident);
  if (decisions.length === 0) return [];
  const faults = decisions.flatMap((each) => whyNot(incident, each, plans, sources) ?? []);
  const applied = decisions.length - faults.length;
  return [
    `decisions.yaml: ${applied} of ${decisions.length} ${decisions.length === 1 ? "decision applies" : "decisions apply"}`,
    ...faults,
  ];
}

function whyNot(
  incident: Incident,
  each: Planned,
  plans: readonly TablePlan[],
  sources: readonly OpenSource[],
): string | undefined {
  const { decision, table, key, index } = each;
  const plan = plans.find((one) => one.table === table);
  if (plan === undefined) return undefined;
  const standings = standingsOf(incident, sources, table);
  const evidence = new Evidence(incident.recipe.recoverTo);
  for (const { standing, reader } of standings)
    for (const staged of reader.observationsOf(table, key)) evidence.add(standing, staged);
  const name = `decisions.yaml:${decision.place.line}: ${table.id} ${decision.key.join(", ")}${decision.cell === undefined ? "" : ` ${decision.cell.column}`}`;
  if (evidence.observations.length === 0) return `${name}: no source holds this row any more`;
  const complete = standings.map(({ standing }) => standing).filter(({ isComplete }) => isComplete);
  const row = reconcileRow(plan, evidence, complete);
  const applies =
    index === undefined
      ? row.verdict.kind === "withheld" && row.verdict.reason.startsWith("decided: ")
      : row.cells[index]?.class === "decided";
  return applies ? undefined : `${name}: the evidence is another than when it was decided; decide it again`;
}
