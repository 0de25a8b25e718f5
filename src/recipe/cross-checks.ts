/** What no schema of a single value can say: faults that lie between the parts of a recipe. */
import type { PathFault } from "./faults.ts";
import type { YamlPath } from "./places.ts";
import { didYouMean } from "./suggest.ts";

function entries(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, key) => new Map(entries(inner)).get(key), value);
}

function columnChains(data: unknown): { chain: unknown; path: YamlPath }[] {
  return entries(at(data, "rules", "tables")).flatMap(([table, rules]) =>
    entries(at(rules, "columns")).map(([column, chain]) => ({
      chain,
      path: ["rules", "tables", table, "columns", column],
    })),
  );
}

function preferFaults(chain: unknown, path: YamlPath, sources: readonly string[]): PathFault[] {
  if (!Array.isArray(chain)) return [];
  return chain.flatMap((rule, position) => {
    const preferred = at(rule, "prefer");
    if (!Array.isArray(preferred)) return [];
    return preferred.flatMap((source: unknown, index): PathFault[] => {
      if (typeof source !== "string" || sources.includes(source)) return [];
      const message = `no source is called "${source}"${didYouMean(source, sources)}`;
      return [{ path: [...path, position, "prefer", index], part: "value", message }];
    });
  });
}

/** Source ids become files, and not every system tells `Backup` from `backup`. */
function likeNamedSources(sources: readonly string[]): PathFault[] {
  return sources.flatMap((source, index): PathFault[] => {
    const twin = sources.slice(0, index).find((other) => other.toLowerCase() === source.toLowerCase());
    const message = `differs from the source "${twin}" only in case; give it another name`;
    return twin === undefined ? [] : [{ path: ["sources", source], part: "key", message }];
  });
}

/** The incident's name is a folder: it is stored and shown, so it cannot be redacted. */
function incidentFaults(raw: unknown): PathFault[] {
  const incident = at(raw, "incident");
  if (typeof incident !== "string" || !incident.includes("${env:")) return [];
  const message = "names a directory, so it cannot come from the environment; write the name";
  return [{ path: ["incident"], part: "value", message }];
}

/** NaN without an offset: what that means depends on the machine. */
function moment(value: unknown): number {
  return typeof value === "string" && /(?:Z|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) : Number.NaN;
}

/**
 * A source that claims to equal production after the last good moment: most often `asOf` says when it was read, and
 * the loss is in it already. Only people know.
 */
function lateFaults(data: unknown): PathFault[] {
  const recoverTo = moment(at(data, "recoverTo"));
  const late = entries(at(data, "sources")).filter(([, source]) => moment(at(source, "asOf")) > recoverTo);
  const message =
    "is after recoverTo: was the source read after the loss? Say when its data last equalled production, " +
    "or leave asOf out where nobody knows";
  return late.map(([id]) => ({ path: ["sources", id, "asOf"], part: "value", message }));
}

/** `data` need not be valid; `raw` is the same before the environment was put in. */
export function crossFaults(data: unknown, raw: unknown): PathFault[] {
  const sources = entries(at(data, "sources")).map(([id]) => id);
  const chains = [{ chain: at(data, "rules", "default"), path: ["rules", "default"] }, ...columnChains(data)];
  return [
    ...incidentFaults(raw),
    ...likeNamedSources(sources),
    ...lateFaults(data),
    ...chains.flatMap(({ chain, path }) => preferFaults(chain, path, sources)),
  ];
}
