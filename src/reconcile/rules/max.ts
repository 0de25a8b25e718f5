import { z } from "zod";
import { compareValues } from "../../values/order.ts";
import { defineRule, keepLast } from "./rule.ts";

export default defineRule({
  id: "max",
  summary: "Keeps the greatest value: the highest number, the last date.",
  options: z.undefined(),
  example: "CreditLimit: [trust, max]",
  narrow: (groups, _options, { column }) =>
    keepLast(groups, (left, right) => compareValues(column.type.name, left, right)),
});
