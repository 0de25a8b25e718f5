import { z } from "zod";
import { chooseByAccuracy } from "../accuracy/accuracy.ts";
import type { ClaimGroup } from "../claims.ts";
import { attributeOf, defineRule } from "./rule.ts";

function sourcesOf(group: ClaimGroup): string[] {
  return group.claims.map((claim) => claim.observation.source.id);
}

export default defineRule({
  id: "accuracy",
  summary: "Keeps what the sources say that agree best with all others across the data; identical feeds count once.",
  options: z.undefined(),
  example: "DepartureGate: [accuracy, ask]",
  narrow(groups, _options, { table, column, accuracies }) {
    if (accuracies === undefined) return groups;
    const item = {
      attribute: attributeOf(table, column),
      groups: groups.map((group) => ({ sources: sourcesOf(group) })),
    };
    const standing = new Set(chooseByAccuracy(item, accuracies).standing);
    return groups.filter((_, index) => standing.has(index));
  },
});
