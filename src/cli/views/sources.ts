import type { SourceSummary } from "../../report/summary.ts";
import { table } from "../terminal.ts";
import type { Paint } from "../terminal.ts";
import { count, counted, printable } from "../text.ts";

const counts = ["read", "staged", "evidence", "skipped", "quarantined"] as const;

/** What became of each source's records. */
export function sourceTable(sources: readonly SourceSummary[], paint: Paint): string {
  const layout = [
    { head: "source", wraps: true },
    { head: "extractor", wraps: true },
    ...counts.map((head) => ({ head, align: "right" as const })),
  ];
  const rows = sources.map((source) => [
    printable(source.id),
    printable(source.extractor),
    ...counts.map((name) => (source[name] === 0 ? { text: "0", paint: paint.dim } : count(source[name]))),
  ]);
  return table(layout, rows, paint);
}

/** `Read again: nothing; 4 sources unchanged.` */
export function readAgain(sources: readonly SourceSummary[], unchanged: readonly string[]): string[] {
  if (unchanged.length === 0) return [];
  const again = sources.map(({ id }) => id).filter((id) => !unchanged.includes(id));
  const read = again.length === 0 ? "nothing" : again.map(printable).join(", ");
  return [`Read again: ${read}; ${counted(unchanged.length, "source")} unchanged.`];
}

/** Sources with records that could not be staged. */
export function quarantineLines(sources: readonly SourceSummary[]): string[] {
  const held = sources.filter(({ quarantined }) => quarantined > 0);
  if (held.length === 0) return [];
  const total = held.reduce((sum, { quarantined }) => sum + quarantined, 0);
  const each = held.map(({ id, quarantined }) => `${printable(id)} ${count(quarantined)}`).join(", ");
  return [`${counted(total, "record")} could not be read and ${total === 1 ? "is" : "are"} in quarantine: ${each}`];
}
