import { z } from "zod";
import type { ClaimGroup } from "../claims.ts";
import { heldBy, production } from "../moment.ts";
import { defineRule } from "./rule.ts";

/** When production is known to have held the value at the latest: never later than this; undefined where that is not known. */
function knownEnd(group: ClaimGroup): number | undefined {
  const ends = group.claims.map(({ observation: { moment, source } }) => {
    const held = heldBy(moment);
    return moment.line === production && held !== undefined ? held + source.skew : undefined;
  });
  return ends.includes(undefined) ? undefined : Math.max(...ends.map((end) => end ?? 0));
}

/** A time at which the value is proved to have been held: a snapshot's of production, or the row's own. */
function provedAt(group: ClaimGroup): number {
  const proofs = group.claims.map(({ observation: { moment } }) =>
    Math.max(moment.since ?? -Infinity, moment.line === production ? (moment.heldAt ?? -Infinity) : -Infinity),
  );
  return Math.max(...proofs);
}

export default defineRule({
  id: "latest",
  summary: "Drops values that are older than another for sure; abstains about claims whose time is unknown.",
  options: z.undefined(),
  example: "default: [latest]",
  narrow(groups) {
    const proved = Math.max(...groups.map((group) => provedAt(group)));
    const standing = groups.filter((group) => (knownEnd(group) ?? Infinity) >= proved);
    return standing.length > 0 ? standing : groups;
  },
});
