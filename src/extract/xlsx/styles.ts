/** From a cell's style to its number format. */
import { builtInFormat, formatOf, type NumberFormat } from "./number-format.ts";
import type { Parts } from "./parts.ts";
import { readXml } from "./xml.ts";

/** The formats by the number of the style; none where `part` is undefined. Throws as readXml does. */
export async function readStyles(parts: Parts, part: string | undefined, signal: AbortSignal): Promise<NumberFormat[]> {
  const formats = new Map<number, NumberFormat>();
  const styles: number[] = [];
  if (part === undefined) return [];
  let isAmongCells = false;
  await readXml(
    parts.open(part),
    {
      open(name, { numFmtId, formatCode }) {
        if (name === "cellXfs") isAmongCells = true;
        else if (name === "numFmt" && formatCode !== undefined) formats.set(Number(numFmtId), formatOf(formatCode));
        else if (name === "xf" && isAmongCells) styles.push(Number(numFmtId ?? 0));
      },
      close(name) {
        if (name === "cellXfs") isAmongCells = false;
      },
    },
    signal,
  );
  return styles.map((id) => formats.get(id) ?? builtInFormat(id));
}
