import { z } from "zod";
import type { ClaimGroup } from "../claims.ts";
import { defineRule } from "./rule.ts";

/** The earliest time of a group's claims; undefined where one is unknown: then age says nothing about it. */
function earliestTime(group: ClaimGroup): number | undefined {
  const times = group.claims.map(({ observation: { moment } }) => moment.since ?? moment.heldAt);
  return times.includes(undefined) ? undefined : Math.min(...times.map((time) => time ?? 0));
}

export default defineRule({
  id: "earliest",
  summary: "Keeps the oldest values, for what is set once; abstains about claims whose time is unknown.",
  options: z.undefined(),
  example: "CreatedAt: [earliest]",
  narrow(groups) {
    const times = groups.map((group) => earliestTime(group));
    const first = Math.min(...times.map((time) => time ?? Infinity));
    return groups.filter((_, index) => times[index] === undefined || times[index] === first);
  },
});
