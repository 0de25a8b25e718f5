/** `80-constraints.sql`: identities go on where production was, foreign keys are checked again. */
import type { EmitRequest } from "../emitter.ts";
import { encodingCheck, settings } from "./batches.ts";
import { comments } from "../common/comments.ts";
import { switchOn } from "./foreign-keys.ts";
import type { PlannedTable } from "../common/load-order.ts";
import { reseed } from "./reseed.ts";
import type { VersionRules } from "./versions.ts";

/** Each batch stands for itself: a foreign key that fails is told, and the others are checked all the same. */
export function constraintBatches(request: EmitRequest, plan: readonly PlannedTable[], rules: VersionRules): string[] {
  const reseeds = plan.map(({ emit }) => reseed(emit, request.reseedMargin)).filter((batch) => batch !== undefined);
  const introduction = comments([
    `tablesalvage: identities and foreign keys of incident ${request.incident}, for SQL Server ${request.version}.`,
    "Run it after all data files. It may be run again.",
  ]);
  return [
    `${introduction}\n${settings}`,
    encodingCheck,
    ...reseeds,
    ...plan.flatMap((planned) => switchOn(planned, rules)),
  ];
}
