import { z } from "zod";
import { defineRule, keepHighest } from "./rule.ts";

export default defineRule({
  id: "trust",
  summary: "Keeps what the most trusted sources say (`trust` of a source, 0 to 100).",
  options: z.undefined(),
  example: "default: [trust]",
  narrow: (groups) =>
    keepHighest(groups, (group) => Math.max(...group.claims.map((claim) => claim.observation.source.trust))),
});
