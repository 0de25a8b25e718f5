import { z } from "zod";
import { countSources } from "../claims.ts";
import { defineRule, keepHighest } from "./rule.ts";

export default defineRule({
  id: "majority",
  summary: "Keeps what most sources say; every source has one vote.",
  options: z.undefined(),
  example: "default: [majority]",
  narrow: (groups) => keepHighest(groups, countSources),
});
