/** What no schema of a single value can say: faults that lie between the parts of a recipe. */
import { sameName } from "../schema/model.ts";
import type { PathFault } from "./faults.ts";
import type { YamlPath } from "./places.ts";
import { sourceFaults, sourcesFaults } from "./source-checks.ts";
import { at, entries, items } from "./untyped.ts";

interface Located {
  readonly value: unknown;
  readonly path: YamlPath;
}

/** Chains stand alone, or under `rules` beside what else is said of the column. */
function columnChains(data: unknown): Located[] {
  return entries(at(data, "rules", "tables")).flatMap(([table, rules]) =>
    entries(at(rules, "columns")).map(([column, chain]): Located => {
      const path = ["rules", "tables", table, "columns", column];
      return Array.isArray(chain) ? { value: chain, path } : { value: at(chain, "rules"), path: [...path, "rules"] };
    }),
  );
}

function preferFaults(chain: Located, sources: readonly string[]): PathFault[] {
  return items(chain.value).flatMap((rule, position) =>
    items(at(rule, "prefer")).flatMap((source, index) =>
      sourceFaults(source, [...chain.path, position, "prefer", index], sources),
    ),
  );
}

function itemsAt(value: unknown, path: YamlPath): Located[] {
  return items(value).map((item, index) => ({ value: item, path: [...path, index] }));
}

/** Lists that name a column at most once; all groups of `together` make one. */
function columnLists(data: unknown): Located[][] {
  const matches = entries(at(data, "sources")).flatMap(([id, source]) =>
    entries(at(source, "tables")).map(([table, entry]) =>
      itemsAt(at(entry, "crosswalk", "match"), ["sources", id, "tables", table, "crosswalk", "match"]),
    ),
  );
  const tables = entries(at(data, "rules", "tables")).flatMap(([table, rules]) => {
    const path = ["rules", "tables", table];
    const groups = itemsAt(at(rules, "together"), [...path, "together"]);
    return [
      groups.flatMap((group) => itemsAt(group.value, group.path)),
      itemsAt(at(rules, "identity", "natural"), [...path, "identity", "natural"]),
    ];
  });
  return [...matches, ...tables];
}

/** A name that stood in the list before, as the catalog compares names. */
function repeatedNames(list: readonly Located[], message: (name: string) => string): PathFault[] {
  return list.flatMap(({ value, path }, index): PathFault[] => {
    const isSame = (other: Located): boolean =>
      typeof value === "string" && typeof other.value === "string" && sameName(value, other.value);
    return list.slice(0, index).some(isSame) ? [{ path, part: "value", message: message(String(value)) }] : [];
  });
}

function columnTwice(name: string): string {
  return `"${name}" stands here already; name a column once`;
}

function queryTwice(name: string): string {
  return `another assertion is called "${name}"; give this one a name of its own`;
}

function queryNames(data: unknown): Located[] {
  return items(at(data, "assert", "sql")).map((query, index) => ({
    value: at(query, "name"),
    path: ["assert", "sql", index, "name"],
  }));
}

/** The incident's name is a folder: it is stored and shown, so it cannot be redacted. */
function incidentFaults(raw: unknown): PathFault[] {
  const incident = at(raw, "incident");
  if (typeof incident !== "string" || !incident.includes("${env:")) return [];
  const message = "names a directory, so it cannot come from the environment; write the name";
  return [{ path: ["incident"], part: "value", message }];
}

/** What T-SQL may be used hangs on the version; the other dialects are alike in all. */
function versionFaults(data: unknown): PathFault[] {
  const target = at(data, "target");
  if (at(target, "dialect") !== "sqlserver" || at(target, "version") !== undefined) return [];
  return [
    { path: ["target"], part: "value", message: "needs `version`, the version of SQL Server that the scripts are for" },
  ];
}

/** `data` need not be valid; `raw` is the same before the environment was put in. */
export function crossFaults(data: unknown, raw: unknown): PathFault[] {
  const sources = entries(at(data, "sources")).map(([id]) => id);
  const chains = [{ value: at(data, "rules", "default"), path: ["rules", "default"] }, ...columnChains(data)];
  return [
    ...incidentFaults(raw),
    ...versionFaults(data),
    ...sourcesFaults(data),
    ...sourceFaults(at(data, "target", "schema", "source"), ["target", "schema", "source"], sources),
    ...chains.flatMap((chain) => preferFaults(chain, sources)),
    ...columnLists(data).flatMap((list) => repeatedNames(list, columnTwice)),
    ...repeatedNames(queryNames(data), queryTwice),
  ];
}
