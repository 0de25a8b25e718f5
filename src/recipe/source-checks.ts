/** Faults that lie between sources, or between the keys of one. */
import type { PathFault } from "./faults.ts";
import type { YamlPath } from "./places.ts";
import { didYouMean } from "./suggest.ts";
import { principalZone } from "./timezone.ts";
import { at, entries } from "./untyped.ts";

const production = "production";

function fault(path: YamlPath, message: string): PathFault {
  return { path, part: "value", message };
}

/** Source ids become files, and not every system tells `Backup` from `backup`. */
function likeNamed(sources: readonly string[]): PathFault[] {
  return sources.flatMap((source, index): PathFault[] => {
    const twin = sources.slice(0, index).find((other) => other.toLowerCase() === source.toLowerCase());
    const message = `differs from the source "${twin}" only in case; give it another name`;
    return twin === undefined ? [] : [{ path: ["sources", source], part: "key", message }];
  });
}

/** NaN without an offset: what that means depends on the machine. */
function moment(value: unknown): number {
  return typeof value === "string" && /(?:Z|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) : Number.NaN;
}

/**
 * A source that claims to equal production after the last good moment: most often `asOf` says when it was read, and
 * the loss is in it already. Only people know. A copy that went its own way may well live on.
 */
function lateFaults(id: string, source: unknown, recoverTo: number): PathFault[] {
  const isProduction = (at(source, "line") ?? production) === production;
  if (!isProduction || !(moment(at(source, "asOf")) > recoverTo)) return [];
  const message =
    "is after recoverTo: was the source read after the loss? Say when its data last equalled production, " +
    "or leave asOf out where nobody knows";
  return [fault(["sources", id, "asOf"], message)];
}

function lineFaults(id: string, source: unknown): PathFault[] {
  const line = at(source, "line");
  if (typeof line === "string" && line !== production && line.toLowerCase() === production)
    return [fault(["sources", id, "line"], `differs from "${production}" only in case; did you mean "${production}"?`)];
  const isBranch = line !== undefined && line !== production;
  if (at(source, "branchedAt") === undefined || isBranch) return [];
  const message = `says when a line left production's; name that line too, as in \`line: test\``;
  return [fault(["sources", id, "branchedAt"], message)];
}

/** Ids of sources that a list or a key names. */
export function sourceFaults(name: unknown, path: YamlPath, sources: readonly string[]): PathFault[] {
  if (typeof name !== "string" || sources.includes(name)) return [];
  return [fault(path, `no source is called "${name}"${didYouMean(name, sources)}`)];
}

function originOf(data: unknown, id: string): string | undefined {
  const origin = at(data, "sources", id, "copyOf");
  return typeof origin === "string" ? origin : undefined;
}

/** Does the chain of copies that begins at the source lead back to it? */
function isItsOwnCopy(data: unknown, id: string): boolean {
  const seen = new Set<string>();
  let origin = originOf(data, id);
  while (origin !== undefined && origin !== id && !seen.has(origin)) {
    seen.add(origin);
    origin = originOf(data, origin);
  }
  return origin === id;
}

function copyFaults(data: unknown, id: string, sources: readonly string[]): PathFault[] {
  const path = ["sources", id, "copyOf"];
  if (isItsOwnCopy(data, id)) return [fault(path, "makes the source a copy of itself; one of them is the origin")];
  return sourceFaults(originOf(data, id), path, sources);
}

/** The sources' zones as the recipe writes them; an alias of an earlier one is left out. */
function differentZones(data: unknown): string[] {
  const byPrincipal = new Map<string, string>();
  for (const [, source] of entries(at(data, "sources"))) {
    const zone = at(source, "timezone");
    const principal = typeof zone === "string" ? principalZone(zone) : undefined;
    if (principal !== undefined && !byPrincipal.has(principal)) byPrincipal.set(principal, String(zone));
  }
  return [...byPrincipal.values()];
}

function hasColumnZones(data: unknown): boolean {
  const tables = entries(at(data, "sources")).flatMap(([, source]) => entries(at(source, "tables")));
  return tables.some(([, table]) =>
    entries(at(table, "columns")).some(([, column]) => at(column, "zone") !== undefined),
  );
}

/** Where zones differ, one moment has several wall clocks: which of them the target's columns show has to be said. */
function zoneFaults(data: unknown): PathFault[] {
  if (at(data, "target", "timezone") !== undefined) return [];
  if (hasColumnZones(data))
    return [
      fault(
        ["target", "timezone"],
        "is missing; expected the time zone of the lost database, since columns say theirs",
      ),
    ];
  const zones = differentZones(data);
  if (zones.length < 2) return [];
  const several = zones.join(", ");
  const message = `is missing; expected the time zone of the lost database, since the sources have several: ${several}`;
  return [fault(["target", "timezone"], message)];
}

/** Names say what a clock showed, not whose. */
function fileTimeFaults(data: unknown, id: string, source: unknown): PathFault[] {
  if (at(source, "asOf", "fileName") === undefined) return [];
  if (at(source, "timezone") !== undefined || at(data, "target", "timezone") !== undefined) return [];
  return [fault(["sources", id, "asOf"], "takes times from names; say on whose clock with the source's `timezone`")];
}

/** A table comes from one place. */
function tableFaults(id: string, source: unknown): PathFault[] {
  return entries(at(source, "tables")).flatMap(([table, entry]): PathFault[] => {
    if (at(entry, "query") === undefined || at(entry, "from") === undefined) return [];
    return [fault(["sources", id, "tables", table, "query"], "stands beside `from`; keep one of the two")];
  });
}

export function sourcesFaults(data: unknown): PathFault[] {
  const sources = entries(at(data, "sources"));
  const ids = sources.map(([id]) => id);
  const recoverTo = moment(at(data, "recoverTo"));
  const own = sources.flatMap(([id, source]) => [
    ...lateFaults(id, source, recoverTo),
    ...lineFaults(id, source),
    ...copyFaults(data, id, ids),
    ...fileTimeFaults(data, id, source),
    ...tableFaults(id, source),
  ]);
  return [...likeNamed(ids), ...own, ...zoneFaults(data)];
}
