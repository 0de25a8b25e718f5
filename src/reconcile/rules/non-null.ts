import { z } from "zod";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "non-null",
  summary: "Drops NULL where another source has a value.",
  options: z.undefined(),
  example: "Phone: [non-null, latest]",
  narrow(groups) {
    const present = groups.filter(({ value }) => value !== null);
    return present.length > 0 ? present : groups;
  },
});
