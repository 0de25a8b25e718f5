/** What logs are: format, records, times, and what they speak of. */
import type { LogProfile } from "../../pipeline.ts";
import { notes, table } from "../terminal.ts";
import type { Cell, ColumnLayout, Paint } from "../terminal.ts";
import { count, counted, printable } from "../text.ts";

const heads = { table: "table", request: "request", line: "lines like" } as const;

/** The whole profile of one log. */
export function logBlock(log: LogProfile, paint: Paint): string[] {
  const rest = log.isWhole ? "" : " at its beginning; --all looks at the rest";
  const span = spanOf(log);
  return [
    printable(log.format),
    `${counted(log.records, "record")}${rest}${span === "" ? "" : `, ${span}`}`,
    ...subjectTable(log, paint),
    ...notes("Worth knowing", log.damage.map(printable), paint),
  ];
}

/** `2026-03-01 10:00:00 to 2026-03-12 18:00:00`. */
export function spanOf({ first, last }: LogProfile): string {
  if (first === undefined || last === undefined) return "";
  return first === last ? printable(first) : `${printable(first)} to ${printable(last)}`;
}

function number(head: string): ColumnLayout {
  return { head, align: "right" };
}

function subjectTable({ subjects, otherSubjects }: LogProfile, paint: Paint): string[] {
  const [first] = subjects;
  if (first === undefined) return [];
  const isTable = first.of === "table";
  const layout: ColumnLayout[] = [
    { head: heads[first.of], wraps: true },
    ...(isTable ? [number("inserts"), number("updates"), number("deletes")] : [number("records")]),
  ];
  const rows = subjects.map(({ name, records, inserts, updates, deletes }): Cell[] => [
    printable(name),
    ...(isTable ? [inserts, updates, deletes] : [records]).map((each) => (each === 0 ? "" : count(each))),
  ]);
  return ["", table(layout, rows, paint), ...(otherSubjects === 0 ? [] : [`and ${count(otherSubjects)} more`])];
}
