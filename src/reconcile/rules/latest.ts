import { z } from "zod";
import type { ClaimGroup } from "../claims.ts";
import { defineRule } from "./rule.ts";

/** The newest known time of a group; undefined where a claim's time is unknown: then age says nothing about it. */
function newestTime(group: ClaimGroup): number | undefined {
  const times = group.claims.map((claim) => claim.observation.source.time);
  return times.includes(undefined) ? undefined : Math.max(...times.map((time) => time ?? 0));
}

export default defineRule({
  id: "latest",
  summary: "Keeps the newest values; abstains about claims whose time is unknown.",
  options: z.undefined(),
  example: "default: [latest]",
  narrow(groups) {
    const times = groups.map((group) => newestTime(group));
    const newest = Math.max(...times.map((time) => time ?? -Infinity));
    return groups.filter((_, index) => times[index] === undefined || times[index] === newest);
  },
});
