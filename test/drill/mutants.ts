/** Ways to break reconciliation on purpose: what a slip of a programmer would do, each in one place of the real code. */
export interface Mutant {
  /** Completes "reconciliation with …". */
  readonly name: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly from: string;
  readonly to: string;
  /** The ready drill that is to notice. */
  readonly drill: string;
}

export const mutants: readonly Mutant[] = [
  {
    name: "trust ignored",
    file: "reconcile/rules/trust.ts",
    from: "keepHighest(groups, (group) => Math.max(...group.claims.map((claim) => claim.observation.source.trust)))",
    to: "keepHighest(groups, () => 0)",
    drill: "dropped-tables",
  },
  {
    name: "deletes inferred from a partial source",
    file: "steps/standings.ts",
    from: '?? source.coverage) === "complete";',
    to: '?? source.coverage) !== "";',
    drill: "partial-delete",
  },
  {
    name: "absence believed of a file that was cut short",
    file: "steps/standings.ts",
    from: 'if (!reader.isWhole(table, fileTime)) return "records',
    to: 'if (table.id === "") return "records',
    drill: "lost-reporting",
  },
  {
    name: "time zones dropped",
    file: "steps/standings.ts",
    from: 'zone: source.timezone ?? incident.recipe.target.timezone ?? "UTC"',
    to: 'zone: "UTC"',
    drill: "dropped-tables",
  },
  {
    name: "the last good moment ignored",
    file: "reconcile/moment.ts",
    from: 'if (recoverTo !== undefined && latest > recoverTo) return "late";',
    to: 'if (recoverTo !== undefined && latest < 0) return "late";',
    drill: "bad-update",
  },
  {
    name: "clocks that may be wrong believed at the end",
    file: "reconcile/moment.ts",
    from: "(isEvent ? source.skew : 0)",
    to: "0",
    drill: "lost-reporting",
  },
  {
    name: "history read backwards",
    file: "reconcile/timeline.ts",
    from: "return last !== undefined && held < last.heldAt - Math.max(last.skew, source.skew);",
    to: "return last !== undefined && last.heldAt === held && claims.some((other) => (heldBy(other.observation.moment) ?? held) < held);",
    drill: "dropped-tables",
  },
  {
    name: "cells that belong together taken apart",
    file: "reconcile/plan.ts",
    from: "together: groups.map((indexes) => ({ indexes, chain: columns[indexes[0] ?? 0]?.chain ?? [] })),",
    to: "together: [],",
    drill: "renumbered-keys",
  },
  {
    name: "damage taken for change",
    file: "reconcile/plan.ts",
    from: "damage: isKey ? undefined : damageBetween(column),",
    to: "damage: undefined,",
    drill: "excel-only",
  },
  {
    name: "logged deletes ignored",
    file: "reconcile/existence.ts",
    from: 'return deletes === "ignore" ? undefined : latest(deletesOf(observations).flatMap(eventOf));',
    to: 'return deletes === "ignore" ? undefined : latest(deletesOf(observations).slice(0, 0).flatMap(eventOf));',
    drill: "dropped-tables",
  },
  {
    name: "a warehouse that never deletes believed",
    file: "steps/standings.ts",
    from: "keepsDeleted: own?.keepsDeleted ?? source.keepsDeleted,",
    to: "keepsDeleted: own === undefined && false,",
    drill: "lost-reporting",
  },
  {
    name: "rows of another line taken for production's",
    file: "reconcile/existence.ts",
    from: "if (!observations.every(isElsewhere)) return undefined;",
    to: "if (observations.length > 0) return undefined;",
    drill: "lost-reporting",
  },
  {
    name: "foreign keys left as a renumbered copy has them",
    file: "crosswalk/links.ts",
    from: 'FROM step WHERE step.n = t."#n" AND NOT step.lost`);',
    to: 'FROM step WHERE step.n = t."#n" AND 0`);',
    drill: "renumbered-keys",
  },
];
