import { z } from "zod";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "ask",
  summary: "Decides nothing: the cell is contested, and people are asked. Rules after it are not reached.",
  options: z.undefined(),
  example: "CreditLimit: [ask]",
  narrow: (groups) => groups,
});
