/** What `bag` packed. */
import type { BagReport } from "../../pipeline.ts";
import { section } from "../terminal.ts";
import type { Paint } from "../terminal.ts";
import { count, counted, printable } from "../text.ts";

export function bagView(report: BagReport, relative: (file: string) => string, paint: Paint): string {
  const { bag, incident, files, bytes, packed, left } = report;
  const place = printable(relative(bag));
  const evidence =
    left === 0
      ? `with its evidence (${counted(packed, "file")})`
      : `without its evidence (${counted(left, "file")}, listed with their hashes)`;
  return [
    `${paint.bold(printable(incident))} is packed ${evidence}: ${counted(files, "file")}, ${count(bytes)} bytes`,
    ...section("Next", [`salvage replay ${place}`], paint),
  ].join("\n");
}
