/** What `report` wrote. */
import type { ReportReport } from "../../pipeline.ts";
import { section } from "../terminal.ts";
import type { Paint } from "../terminal.ts";
import { counted, printable } from "../text.ts";

export function reportView(
  { files, packs, masked, notes }: ReportReport,
  relative: (file: string) => string,
  paint: Paint,
): string {
  const written = files.map(({ path: file }) => printable(relative(file)));
  const astray = packs === undefined || packs.strays === 0 ? "" : `; ${counted(packs.strays, "row")} in no pack`;
  const index = packs && `${printable(relative(packs.folder))}/index.html: ${counted(packs.packs, "pack")}${astray}`;
  return [
    ...written,
    ...(index === undefined ? [] : [index]),
    ...section("Masked", masked.map(printable), paint),
    ...section("Worth knowing", notes.map(printable), paint),
  ].join("\n");
}
