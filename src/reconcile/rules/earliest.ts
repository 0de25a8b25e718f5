import { z } from "zod";
import type { ClaimGroup } from "../claims.ts";
import { defineRule } from "./rule.ts";

/** Between which instants a group's first claim lies; undefined where a time is unknown: then age says nothing about it. */
function firstClaim(group: ClaimGroup): { at: number; by: number } | undefined {
  const times = group.claims.map(({ observation: { moment } }) => {
    const at = moment.since ?? moment.heldAt;
    return at === undefined ? undefined : { at, by: at + moment.ambiguity };
  });
  if (times.includes(undefined)) return undefined;
  const known = times.flatMap((time) => time ?? []);
  return { at: Math.min(...known.map(({ at }) => at)), by: Math.min(...known.map(({ by }) => by)) };
}

export default defineRule({
  id: "earliest",
  summary: "Keeps the oldest values, for what is set once; abstains about claims whose time is unknown.",
  options: z.undefined(),
  example: "CreatedAt: [earliest]",
  narrow(groups) {
    const times = groups.map((group) => firstClaim(group));
    const first = Math.min(...times.map((time) => time?.by ?? Infinity));
    return groups.filter((_, index) => (times[index]?.at ?? first) <= first);
  },
});
