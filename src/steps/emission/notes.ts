/** What people are told of an emission, besides constraints and withheld rows. */
import { crosswalkNotes } from "../../crosswalk/notes.ts";
import type { Incident } from "../../incident.ts";
import type { IndexReader } from "../../review/index-reader.ts";
import type { ReconciledReader } from "../../stage/reconciled-reader.ts";
import { describeLag } from "../../verify/recovery.ts";
import { aloneNotes } from "../alone.ts";
import type { aloneBySource } from "../alone.ts";
import { isOfDecision } from "../decision-outcomes.ts";
import { doubtNotes } from "../notes.ts";
import type { ToldNotes } from "../report/gather.ts";
import { groupNotes } from "../review-index.ts";
import type { OpenSource } from "../standings.ts";
import type { Reconciled } from "../state.ts";

interface Told {
  readonly reader: ReconciledReader;
  readonly sources: readonly OpenSource[];
  readonly conflicts: IndexReader;
  readonly reconciled: Reconciled;
  readonly alone: ReturnType<typeof aloneBySource>;
}

/** `emitted`: what the emission itself tells. */
export function toldNotes(
  incident: Incident,
  { reader, sources, conflicts, reconciled, alone }: Told,
  emitted: readonly string[],
): ToldNotes {
  const known = reader.notes();
  return {
    quoting: [
      ...known.filter((note) => isOfDecision(note)),
      ...groupNotes(incident, conflicts),
      ...crosswalkNotes(sources, incident.tables),
    ],
    plain: [
      ...known.filter((note) => !isOfDecision(note)),
      ...doubtNotes(incident, sources),
      ...emitted,
      ...(incident.schema.notes ?? []).map((note) => `the target schema: ${note}`),
      ...reconciled.tables.flatMap((each) => describeLag(each.table, each.recoveryPoints)),
      ...aloneNotes(alone),
    ],
  };
}
