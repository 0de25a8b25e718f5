/** The strings that cells point to by number. */
import type { Parts } from "./parts.ts";
import { StringTable } from "./string-table.ts";
import { RunText } from "./text.ts";
import { readXml, XmlDamage, type XmlHandler } from "./xml.ts";

/** A workbook of a million rows and forty long texts a row has less; an archive that unpacks to more is a bomb. */
const mostBytes = 2 ** 30;

export interface SharedStrings {
  readonly strings: StringTable;
  /** Why strings are missing behind the last one. */
  readonly damage: string | undefined;
}

/** Reads what can be read of the part; none where `part` is undefined. */
export async function readSharedStrings(
  parts: Parts,
  part: string | undefined,
  signal: AbortSignal,
): Promise<SharedStrings> {
  const strings = new StringTable();
  if (part === undefined) return { strings, damage: undefined };
  const run = new RunText();
  let isEnded = false;
  const handler: XmlHandler = {
    open: (name) => run.open(name),
    text: (text) => run.text(text),
    fault: () => strings.markFaulty(),
    close(name) {
      run.close(name);
      isEnded ||= name === "sst";
      if (name !== "si") return;
      strings.add(run.take() ?? "");
      if (strings.bytes > mostBytes) throw new XmlDamage(`they are more than ${mostBytes >> 30} GiB`);
    },
  };
  try {
    await readXml(parts.open(part), handler, signal);
    return { strings, damage: isEnded ? undefined : "they have no end" };
  } catch (error) {
    signal.throwIfAborted();
    return { strings, damage: error instanceof Error ? error.message : String(error) };
  }
}
