/** What conflicts have in common: the column, what became of them, who says what, and in what way that differs. */
import { createHash } from "node:crypto";
import { changedSince } from "../reconcile/touches.ts";
import type { CellClass } from "../report/summary.ts";
import type { TypeName } from "../schema/model.ts";
import type { Alternative } from "../stage/conflicts.ts";
import type { ConflictRow } from "../stage/reconciled-reader.ts";
import { wayOf, ways } from "./difference.ts";
import type { Way } from "./difference.ts";

interface Opponent {
  readonly sources: readonly string[];
  readonly way: Way;
  readonly as: Alternative["as"];
}

/** Older values of a line's own history are no part of it. */
export interface ConflictPattern {
  readonly table: string;
  readonly column: string;
  readonly class: CellClass;
  readonly rule: string | null;
  /** Who claims the value that stands; none: nobody. */
  readonly standing: readonly string[];
  readonly opponents: readonly Opponent[];
  /** Something changed the cells after all that is claimed of them. */
  readonly isChangedSince: boolean;
}

/** Begins the words for such cells. */
export const changedLater = "changed later, to a value that is not said";

/** `type`: of the column. */
export function conflictPattern(conflict: ConflictRow, type: TypeName): ConflictPattern {
  const { table, column, rule, sources, value } = conflict;
  const opponents = conflict.alternatives
    .filter(({ as }) => as !== "superseded")
    .map((other) => ({ sources: other.sources, way: wayOf(type, value, other.value), as: other.as }))
    .toSorted((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
  const isChangedSince = conflict.reason?.startsWith(changedSince) === true;
  return { table, column, class: conflict.class, rule, standing: sources, opponents, isChangedSince };
}

function nameOf({ sources, way, as }: Opponent): string {
  return `${sources.join(" ")} ${as} ${way}`;
}

/** Equal for equal patterns. */
export function patternKey(pattern: ConflictPattern): string {
  const { table, column, rule, standing, opponents, isChangedSince } = pattern;
  const marks = isChangedSince ? [changedLater] : [];
  return JSON.stringify([table, column, pattern.class, rule, standing, opponents.map(nameOf), ...marks]);
}

/** The same for the same pattern in every run: `g` and twelve hex digits. */
export function patternId(pattern: ConflictPattern): string {
  return `g${createHash("sha256").update(patternKey(pattern)).digest("hex").slice(0, 12)}`;
}

/** How long what a source cuts is, in characters, over all conflicts of a pattern. */
export interface Widths {
  readonly least: number;
  readonly most: number;
}

/** `legacy has only the beginning (50 characters), against crm, reporting`. `widths`: by the index of the opponent. */
export function patternText(pattern: ConflictPattern, widths: ReadonlyMap<number, Widths>): string {
  const said = pattern.opponents.map(
    (opponent, index) =>
      `${listed(opponent.sources)} ${ways[opponent.way]}${widthText(opponent, widths.get(index))}${fate(opponent)}`,
  );
  if (pattern.isChangedSince) said.unshift(changedLater);
  const against = pattern.standing.length === 0 ? "" : `against ${listed(pattern.standing)}`;
  if (said.length === 0) return against === "" ? "no source claims what stands" : `nothing but a doubt ${against}`;
  return [said.join("; "), against].filter((part) => part !== "").join(", ");
}

function listed(sources: readonly string[]): string {
  return sources.length === 0 ? "nobody" : sources.join(", ");
}

function widthText({ way }: Opponent, widths: Widths | undefined): string {
  if (way !== "cut" || widths === undefined) return "";
  const { least, most } = widths;
  return least === most ? ` (${most} characters)` : ` (${least} to ${most} characters)`;
}

function fate({ as }: Opponent): string {
  if (as === "damaged") return " (damaged, it supports what stands)";
  return as === "refused" ? " (a constraint refuses it)" : "";
}
