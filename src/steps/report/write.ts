/** Writes everything in `report/`: the lists, the page, the short report for the ticket. */
import path from "node:path";
import { writeFileAtomic } from "../../files/atomic.ts";
import type { WrittenFile } from "../../files/atomic.ts";
import { layoutOf } from "../../incident.ts";
import type { Incident } from "../../incident.ts";
import { renderReport } from "../../page/report/page.tsx";
import { renderMarkdown } from "../../report/markdown.ts";
import { gatherReport } from "./gather.ts";
import type { Gathered } from "./gather.ts";
import { writeLists } from "./lists.ts";
import { listed } from "./outputs.ts";

/** `from.outputs`: the scripts; the lists come first, since the page tells their hashes. */
export async function writeReport(incident: Incident, from: Gathered): Promise<WrittenFile[]> {
  const { report } = layoutOf(incident.directory);
  const lists = writeLists(incident, from);
  const model = gatherReport(incident, { ...from, outputs: [...from.outputs, ...listed(incident, lists)] });
  return [
    ...lists,
    writeFileAtomic(path.join(report, "index.html"), await renderReport(model)),
    writeFileAtomic(path.join(report, "report.md"), renderMarkdown(model)),
  ];
}
