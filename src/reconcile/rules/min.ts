import { z } from "zod";
import { compareValues } from "../../values/order.ts";
import { defineRule, keepLast } from "./rule.ts";

export default defineRule({
  id: "min",
  summary: "Keeps the least value: the lowest number, the first date.",
  options: z.undefined(),
  example: "CreatedAt: [min]",
  narrow: (groups, _options, { column }) =>
    keepLast(groups, (left, right) => compareValues(column.type.name, right, left)),
});
