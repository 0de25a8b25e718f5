/** The rows behind the items of a queue: what each source says of them, told by the code that decides. */
import { layoutOf } from "../../incident.ts";
import type { Incident } from "../../incident.ts";
import { completeOf, standingOf } from "../../reconcile/claims.ts";
import { chosen } from "../../reconcile/decisions.ts";
import { Evidence } from "../../reconcile/merge.ts";
import type { TablePlan } from "../../reconcile/plan.ts";
import { reconcileRow } from "../../reconcile/row.ts";
import type { RuleUse } from "../../recipe/recipe.ts";
import type { StandingSource } from "../../reconcile/table.ts";
import type { Services } from "../services.ts";
import type { Table } from "../../schema/model.ts";
import { storedColumns } from "../../schema/model.ts";
import { cellDecoders, needsBigInt } from "../../stage/cells.ts";
import type { SqliteCell } from "../../stage/cells.ts";
import { quoteName } from "../../stage/database.ts";
import { ReconciledReader } from "../../stage/reconciled-reader.ts";
import type { RowKey } from "../../values/key.ts";
import { codecFor } from "../../values/registry.ts";
import { describeRow } from "../explain-row.ts";
import type { Explanation } from "../explain-row.ts";
import { planTables } from "../plans.ts";
import { closeSources, openSources, standingsOf } from "../standings.ts";
import type { OpenSource } from "../standings.ts";

export class ReviewRows {
  readonly reader: ReconciledReader;
  readonly sources: readonly OpenSource[];
  readonly #incident: Incident;
  readonly #plans: readonly TablePlan[];
  readonly #standings = new Map<Table, StandingSource[]>();

  private constructor(
    incident: Incident,
    reader: ReconciledReader,
    sources: readonly OpenSource[],
    plans: readonly TablePlan[],
  ) {
    this.#incident = incident;
    this.reader = reader;
    this.sources = sources;
    this.#plans = plans;
  }

  static async open(incident: Incident, { signal }: Services): Promise<ReviewRows> {
    const reader = new ReconciledReader(layoutOf(incident.directory).reconciled);
    const sources = openSources(incident);
    const { plans } = await planTables(incident, sources, { signal });
    return new ReviewRows(incident, reader, sources, plans);
  }

  close(): void {
    this.reader.close();
    closeSources(this.sources);
  }

  plan(table: Table): TablePlan {
    return this.#plans[this.#incident.tables.indexOf(table)] as TablePlan;
  }

  /** As it would be decided now. `verdict`: what is known of the row besides; undefined: nothing. */
  explain(table: Table, key: RowKey, verdict: string | undefined): Explanation {
    const { plan, evidence, sources } = this.#evidence(table, key);
    return describeRow({ plan, evidence, sources, verdict });
  }

  /** Does the rule choose one value of the cell? */
  settles(table: Table, key: RowKey, index: number, rule: RuleUse): boolean {
    const { plan, evidence, sources } = this.#evidence(table, key);
    const cell = reconcileRow(plan, evidence, completeOf(sources)).cells[index];
    const column = plan.columns[index];
    return cell !== undefined && column !== undefined && chosen(column, cell, rule) !== undefined;
  }

  #evidence(table: Table, key: RowKey): { plan: TablePlan; evidence: Evidence; sources: StandingSource[] } {
    const sources = this.#standing(table);
    const evidence = new Evidence(this.#incident.recipe.recoverTo);
    for (const source of sources)
      for (const staged of source.reader.observationsOf(table, key)) evidence.add(standingOf(source, staged), staged);
    return { plan: this.plan(table), evidence, sources };
  }

  /** Where the observations of a row stand, by source and as {@link Explanation} tells them. */
  places(
    table: Table,
    key: RowKey,
  ): { source: string; locator: string; file: string; positions: "line" | "row"; position: number }[] {
    return this.#standing(table).flatMap(({ standing, reader }) =>
      reader.observationsOf(table, key).flatMap((staged) => {
        const place = reader.placeOf(staged);
        if (place === undefined) return [];
        return {
          source: standing.id,
          locator: reader.locate(staged),
          file: place.name,
          positions: place.positions,
          position: staged.position,
        };
      }),
    );
  }

  /** By key, one text for each column of the key; for keys of rows that have one of the target's. */
  keyTexts(table: Table, keys: ReadonlySet<RowKey>): Map<RowKey, string[]> {
    const { columns } = this.plan(table).key;
    const names = columns.map(({ name }) => quoteName(name));
    const decoders = cellDecoders(columns);
    const codecs = columns.map((column) => codecFor(column));
    const statement = this.reader.store
      .prepare(`SELECT "#key", ${names.join(", ")} FROM ${quoteName(table.id)}`)
      .raw(true);
    if (storedColumns(table).some((column) => needsBigInt(column))) statement.safeIntegers(true);
    const texts = new Map<RowKey, string[]>();
    for (const [own, ...cells] of statement.iterate() as IterableIterator<SqliteCell[]>) {
      const key = typeof own === "bigint" ? Number(own) : (own as RowKey);
      if (!keys.has(key)) continue;
      const values = cells.map((cell, index) => decoders[index]?.(cell) ?? null);
      texts.set(
        key,
        values.map((value, index) => (value === null ? "" : (codecs[index]?.format(value) ?? ""))),
      );
    }
    return texts;
  }

  #standing(table: Table): StandingSource[] {
    const known = this.#standings.get(table);
    if (known !== undefined) return known;
    const standing = standingsOf(this.#incident, this.sources, table);
    for (const { reader } of standing) reader.indexKeys(table);
    this.#standings.set(table, standing);
    return standing;
  }
}
