/** The lists of the last emission once more, with other masks. */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../errors.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import type { WrittenFile } from "../files/atomic.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import type { Masks } from "../report/masks.ts";
import type { Summary } from "../report/summary.ts";
import { ReconciledReader } from "../stage/reconciled-reader.ts";
import { writeLists } from "./emit.ts";
import { requireReconciled } from "./state.ts";
import { closeSources, openSources } from "./standings.ts";

/** Throws UserError where nothing is emitted, or it is out of date. */
export function rewriteLists(incident: Incident, masks: Masks): WrittenFile[] {
  requireReconciled(incident);
  const layout = layoutOf(incident.directory);
  if (!fs.existsSync(layout.summary))
    throw new UserError({
      what: "nothing is emitted yet, so there are no lists",
      where: { file: incident.directory },
      remedy: "Run `salvage emit` first",
    });
  const reader = new ReconciledReader(layout.reconciled);
  const sources = openSources(incident);
  try {
    const lists = writeLists(incident, reader, sources, masks);
    renewSummary(incident, lists);
    return lists;
  } finally {
    reader.close();
    closeSources(sources);
  }
}

/** The summary vouches for the bytes of what lies beside it. */
function renewSummary({ directory }: Incident, lists: readonly WrittenFile[]): void {
  const file = layoutOf(directory).summary;
  const summary = JSON.parse(fs.readFileSync(file, "utf8")) as Summary;
  const written = new Map(
    lists.map(({ path: list, ...rest }) => [path.relative(directory, list).split(path.sep).join("/"), rest]),
  );
  const outputs = summary.outputs.map((output) => ({ ...output, ...written.get(output.path) }));
  writeFileAtomic(file, `${JSON.stringify({ ...summary, outputs }, null, 2)}\n`);
}
