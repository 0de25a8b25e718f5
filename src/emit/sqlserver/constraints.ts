/** `80-constraints.sql`: identities go on where production was, indexes are built, foreign keys are checked again. */
import type { EmitRequest } from "../emitter.ts";
import { indexAttempts } from "./attachments.ts";
import { attempts, attemptsEnd } from "./attempts.ts";
import { encodingCheck, openTransaction, settings, stopIf } from "./batches.ts";
import { comments } from "../common/comments.ts";
import { foreignKeyAttempts } from "./foreign-keys.ts";
import type { PlannedTable } from "../common/load-order.ts";
import { reseed } from "./reseed.ts";
import type { VersionRules } from "./versions.ts";

export function constraintBatches(request: EmitRequest, plan: readonly PlannedTable[], rules: VersionRules): string[] {
  const introduction = comments([
    `tablesalvage: identities, indexes and foreign keys of incident ${request.incident}, for SQL Server ${request.version}.`,
    "Run it after all data files. It may be run again.",
  ]);
  const indexes = request.createsSchema ? plan.flatMap(({ emit }) => indexAttempts(emit.table, rules)) : [];
  return [
    `${introduction}\n${settings}`,
    encodingCheck,
    stopIf([openTransaction]),
    ...plan.map(({ emit }) => reseed(emit, request.reseedMargin)).filter((batch) => batch !== undefined),
    ...attempts([...indexes, ...foreignKeyAttempts(plan, request, rules)], rules),
    ...attemptsEnd(rules),
  ];
}
