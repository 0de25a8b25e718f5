/** The index of conflicts and withheld rows: opened where it is of this reconciliation, else made first. */
import fs from "node:fs";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import { indexFormat } from "../review/index-layout.ts";
import { IndexReader } from "../review/index-reader.ts";
import { writeIndex } from "../review/index-writer.ts";
import type { ReconciledReader } from "../stage/reconciled-reader.ts";
import { groupId, holdDecisions } from "./decisions.ts";
import type { Services } from "./services.ts";
import type { OpenSource } from "./standings.ts";
import type { Reconciled } from "./state.ts";

export interface IndexedWork {
  readonly reconciled: Reconciled;
  readonly reader: ReconciledReader;
  readonly sources: readonly OpenSource[];
}

/** The caller closes it. */
export async function openIndex(
  incident: Incident,
  { reconciled, reader, sources }: IndexedWork,
  { reporter, signal }: Services,
): Promise<IndexReader> {
  const { review } = layoutOf(incident.directory);
  const made = `${indexFormat} ${reconciled.fingerprint}`;
  const known = fs.existsSync(review) ? new IndexReader(review) : undefined;
  if (known?.made === made) return known;
  known?.close();
  const shapes = new Map(sources.map(({ source, reader: staged }) => [source.id, staged.shapes]));
  const task = reporter.task("report", "conflicts");
  await writeIndex(review, made, {
    store: reader.store,
    tables: incident.tables,
    shapesOf: (source, shape) => shapes.get(source)?.get(shape) ?? [],
    progress: (done, total) => task.update(done, total, done),
    signal,
  });
  const index = new IndexReader(review);
  task.finish(`${index.count()} to decide`);
  return index;
}

/** `decisions.yaml:12: 3 cells of this kind are open: …`: what matches a group that was decided, and is not decided. */
export function groupNotes(incident: Incident, index: IndexReader): string[] {
  const patterns = new Map(index.patterns().map((pattern) => [pattern.name, pattern]));
  const { decisions, takenBack } = holdDecisions(incident);
  return decisions.flatMap((decision) => {
    const { table, verdict, place } = decision;
    if (verdict.kind !== "group" || takenBack.has(decision)) return [];
    const open = patterns.get(groupId(verdict.group));
    if (open === undefined || !open.isOpen) return [];
    const cells = open.items === 1 ? "1 cell of this kind is" : `${open.items} cells of this kind are`;
    return `decisions.yaml:${place.line}: ${table}.${verdict.column}: ${cells} open: they came later, or changed since; \`salvage review\` lists them`;
  });
}
