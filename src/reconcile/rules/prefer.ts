import { z } from "zod";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "prefer",
  summary: "Keeps what the first source of the list says that claims anything.",
  options: z.array(z.string()).min(1).describe("source ids, the preferred first"),
  example: "Email: [{ prefer: [crm, backup] }]",
  narrow(groups, sources) {
    for (const source of sources) {
      const backed = groups.filter((group) => group.claims.some((claim) => claim.observation.source.id === source));
      if (backed.length > 0) return backed;
    }
    return groups;
  },
});
