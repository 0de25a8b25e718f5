/** What packs say in plain words: people read them who know the customer, not the recipe. */
import { count, counted } from "../../text.ts";
import type { CellClass } from "../summary.ts";
import type { Pack, PackBranch, PackCell, RowState, Strays } from "./model.ts";

export const stateWords: Readonly<Record<RowState, string>> = {
  recovered: "recovered",
  withheld: "withheld: not written",
  deleted: "deleted",
};

/** How sure a cell is, in a word or two. */
export const classWords: Readonly<Record<CellClass, string>> = {
  decided: "decided by a person",
  nulled: "left empty",
  defaulted: "default",
  contested: "provisional",
  resolved: "settled by a rule",
  superseded: "the newest value",
  corroborated: "sources agree",
  single: "one source",
  absent: "no source says",
};

/** Classes that people should look at. */
export const openClasses: ReadonlySet<CellClass> = new Set(["contested", "nulled", "defaulted", "decided"]);

/** Why the cell is what it is: a reason, a rule, or the source that says so. */
export function whyOf({ class: kind, source, conflict }: Pick<PackCell, "class" | "source" | "conflict">): string {
  const from = kind === "corroborated" && source !== undefined ? `${source} and others` : source;
  const reason = kind === "resolved" && conflict?.rule ? `by ${conflict.rule}` : (conflict?.reason ?? undefined);
  if (reason === undefined) return from ?? "";
  return from === undefined ? reason : `${reason}; shown as in ${from}`;
}

/** What is not there, one sentence each; empty: nothing is known to be missing. */
export function missingOf({ table, state, row, branches, unattributed }: Pack): string[] {
  const unsaid = row.cells.filter((cell) => cell.class === "absent").map(({ column }) => column);
  const why = row.reason === null ? "" : `: ${row.reason}`;
  return [
    ...(state === "withheld" ? [`The row of ${table} itself is withheld and not in the rebuilt database${why}.`] : []),
    ...(state === "deleted"
      ? [`The row of ${table} itself was deleted before the loss, and is not in the rebuilt database${why}.`]
      : []),
    ...(state !== "deleted" && unsaid.length > 0 ? [`No source says ${unsaid.join(", ")} of the row itself.`] : []),
    ...branches.flatMap(missingBelow),
    ...unattributed,
  ];
}

function missingBelow({ table, counts, unsaid }: PackBranch): string[] {
  return [
    ...(counts.withheld > 0
      ? [`${table}: ${counted(counts.withheld, "row")} withheld and not in the rebuilt database; listed below.`]
      : []),
    ...(counts.deleted > 0
      ? [`${table}: ${counted(counts.deleted, "row")} deleted before the loss, with the evidence below.`]
      : []),
    ...unsaid.map(({ column, rows }) => `${table}: no source says ${column} in ${counted(rows, "row")}.`),
  ];
}

/** Ids that are missing belong to somebody, and nobody knows to whom. */
export function unattributedIds(table: string, { lost, unknown }: { lost: number; unknown: number }): string[] {
  const parts = [
    ...(lost > 0 ? [`${count(lost)} lost (other rows refer to ${lost === 1 ? "it" : "them"})`] : []),
    ...(unknown > 0 ? [`${count(unknown)} unknown (lost, or never given out)`] : []),
  ];
  if (parts.length === 0) return [];
  return [
    `${table}: ${counted(lost + unknown, "id")} missing: ${parts.join(", ")}; whose rows they were cannot be told.`,
  ];
}

/** `dbo.Orders: 3 rows recovered, 1 row withheld: 10249, 10250, …`; undefined where all belong to somebody. */
export function strayWords({ table, recovered, withheld, deleted, keys }: Strays): string | undefined {
  const all = recovered + withheld + deleted;
  if (all === 0) return undefined;
  const states = [
    [recovered, "recovered"],
    [withheld, "withheld"],
    [deleted, "deleted"],
  ] as const;
  const said = states.filter(([rows]) => rows > 0).map(([rows, state]) => `${counted(rows, "row")} ${state}`);
  return `${table}: ${said.join(", ")}: ${keys.join("; ")}${all > keys.length ? "; …" : ""}`;
}
