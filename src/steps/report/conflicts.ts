/** Conflicts by pattern, and the contested cells with all that is claimed of them. */
import type {
  ReportedProofs,
  ReportModel,
  ReportedCell,
  ReportedClaim,
  ReportedGroup,
  WithheldGroup,
} from "../../report/model.ts";
import type { Masks } from "../../report/masks.ts";
import { shown } from "../../report/shown.ts";
import type { CellClass } from "../../report/summary.ts";
import { proofOnly } from "../../reconcile/row.ts";
import type { IndexReader, IndexedPattern } from "../../review/index-reader.ts";
import { changedLater } from "../../review/pattern.ts";
import type { ConflictRow, ReconciledReader } from "../../stage/reconciled-reader.ts";

const mostGroups = 200;
const mostContested = 500;
/** Contested cells of one pattern: so that one large pattern does not hide the others. */
const contestedOfPattern = 50;
const withheldKeys = 20;
const mostWithheld = 200;

export interface Conflicts {
  readonly index: IndexReader;
  readonly reader: ReconciledReader;
  readonly masks: Masks;
}

type Groups = Pick<ReportModel, "groups" | "otherGroups" | "contested" | "withheld">;

export function conflictsOf(from: Conflicts): Groups {
  const patterns = from.index.patterns();
  const cells = patterns.filter(({ column }) => column !== null);
  const others = cells.slice(mostGroups);
  return {
    groups: cells.slice(0, mostGroups).map((pattern) => groupOf(from, pattern)),
    otherGroups: { groups: others.length, cells: others.reduce((sum, { items }) => sum + items, 0) },
    contested: cells
      .filter(({ class: kind }) => kind === "contested")
      .slice(0, mostContested / contestedOfPattern + mostGroups)
      .flatMap((pattern) => contestedOf(from, pattern))
      .slice(0, mostContested),
    withheld: patterns
      .filter(({ column }) => column === null)
      .slice(0, mostWithheld)
      .map((pattern) => withheldOf(from, pattern)),
  };
}

function isChanged({ column, class: kind, said }: IndexedPattern): boolean {
  return column !== null && kind === "contested" && said.startsWith(changedLater);
}

function isProved({ column, said }: IndexedPattern): boolean {
  return column === null && said.startsWith(proofOnly);
}

/** Those of which it is proved that they were changed, or there, and not what they held. */
export function provedOf(from: Conflicts): Pick<ReportedProofs, "changed" | "rows"> {
  const patterns = from.index.patterns();
  return {
    changed: patterns
      .filter(isChanged)
      .slice(0, mostGroups)
      .map((pattern) => groupOf(from, pattern)),
    rows: patterns
      .filter(isProved)
      .slice(0, mostWithheld)
      .map((pattern) => withheldOf(from, pattern)),
  };
}

function groupOf(from: Conflicts, pattern: IndexedPattern): ReportedGroup {
  const { name: id, table, column, rule, said, items } = pattern;
  return {
    id,
    table,
    column: column ?? "",
    class: pattern.class as CellClass,
    rule,
    // How long a value is may tell which it is.
    pattern: from.masks.isMasked(table, column ?? "") ? said.replaceAll(/ \([\d to]+ characters\)/g, "") : said,
    cells: items,
    samples: from.index.samples(pattern.id).map((conflict) => cellOf(from, from.reader.conflict(conflict))),
  };
}

function contestedOf(from: Conflicts, { id, table, column }: IndexedPattern): ReportModel["contested"] {
  return from.index.items(id, 0, contestedOfPattern).map(({ conflict }) => {
    const cell = cellOf(from, from.reader.conflict(conflict ?? 0));
    return { ...cell, table, column: column ?? "" };
  });
}

function cellOf({ masks }: Pick<Conflicts, "masks">, conflict: ConflictRow): ReportedCell {
  const { table, column, key, reason, value, sources, also, alternatives } = conflict;
  const hidden = (text: string | null) => shown(masks.value(table, column, text));
  const standing: ReportedClaim = { value: hidden(value), sources: [...sources, ...also], as: "stands" };
  const others = alternatives.map((other) => ({
    value: hidden(other.value),
    sources: [...other.sources, ...(other.also ?? [])],
    as: other.as,
  }));
  return {
    key: masks.key(table, key),
    reason: masks.reason(table, reason),
    claims: [standing, ...others],
  };
}

function withheldOf({ index, masks }: Conflicts, { id, table, said, items }: IndexedPattern): WithheldGroup {
  const keys = index.items(id, 0, withheldKeys).map(({ keyText }) => masks.key(table, keyText));
  return { table, reason: masks.reason(table, said), rows: items, keys };
}
