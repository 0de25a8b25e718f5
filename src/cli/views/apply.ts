/** What `apply` asks, and what it did. */
import type { ApplyPlan, ApplyReport } from "../../pipeline.ts";
import { section, table } from "../terminal.ts";
import type { Paint } from "../terminal.ts";
import { count, counted, printable } from "../text.ts";

export function planText({ target, database, scripts, rows, isResumed, isRehearsal }: ApplyPlan): string {
  const what = `${counted(scripts, "script")} with ${counted(rows, "row")}`;
  const how = isResumed ? "A load was begun there; it goes on where it stopped.\n" : "";
  return `${how}${what} will be run in ${printable(target)}, database ${printable(database)}${isRehearsal ? ", and rolled back" : ""}.`;
}

export function applyView({ target, files, isRehearsal }: ApplyReport, given: string, paint: Paint): string {
  const layout = [
    { head: "script", wraps: true },
    { head: "purpose", wraps: true },
    { head: "rows", align: "right" as const },
    { head: "", wraps: true },
  ];
  const rows = files.map(({ file, purpose, rows: loaded, wasThere }) => [
    printable(file),
    purpose,
    loaded === 0 ? "" : count(loaded),
    wasThere ? { text: "ran before", paint: paint.dim } : isRehearsal ? "tried" : "done",
  ]);
  return [
    `${printable(target)}: every script ran to its end${isRehearsal ? ", and all was rolled back" : ""}`,
    "",
    table(layout, rows, paint),
    ...section("Next", [`salvage ${isRehearsal ? "apply" : "verify"} --target ${printable(given)}`], paint),
  ].join("\n");
}
