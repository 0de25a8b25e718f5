/**
 * Reports with a line of dashes below the columns' names, as sqlcmd, osql, isql, SQL*Plus and psql print them. The dashes
 * say where the columns stand; the header comes again on every page.
 */
import { type Place, UserError } from "../../errors.ts";
import type { Framed, Framing, Verdict } from "../records/framing.ts";
import { type DecodeWhole, wholeDecoder } from "../text/whole.ts";
import type { Layout, Slice } from "./layout.ts";
import { type Line, LineFinder } from "./lines.ts";

export interface Ruled extends Layout {
  readonly header: string;
  readonly ruler: string;
}

/** Dashes, and what programs put between them; nothing else. */
const ruler = /^[\s|+,;]*-+(?:[\s|+,;]+-+)*[\s|+,;]*$/;

/** What programs print behind the last row. */
const footers: readonly RegExp[] = [
  /^\(\d+ (?:rows?|row\(s\)) affected\)$/i,
  /^\(\d+ rows?\)$/i,
  /^(?:\d+|no) rows? selected\.?$/i,
  /^Completion time: \S+$/i,
];

function isRuler(line: string): boolean {
  return ruler.test(line);
}

/** Throws UserError where the head of the file shows no ruler with a header above it. */
export function findRuler(
  lines: readonly string[],
  settings: { trim: Slice["trim"]; shortLines: string },
  where: Place,
): Ruled {
  const at = lines.findIndex((line, index) => index > 0 && isRuler(line) && (lines[index - 1] ?? "").trim() !== "");
  if (at < 0)
    throw new UserError({
      what: "there is no line of dashes with the names of columns above it",
      remedy: "Say where the fields stand with `fields` in place of `layout: ruled`",
      where,
    });
  refuseWrapped(lines, at, where);
  return ruledBy(lines[at - 1] ?? "", lines[at] ?? "", settings);
}

/** osql and isql wrap lines at a width (`-w`): a record is several lines then, and so is the header. */
function refuseWrapped(lines: readonly string[], at: number, where: Place): void {
  if (!isRuler(lines[at + 1] ?? "")) return;
  throw new UserError({
    what: "the report's lines are wrapped: several lines of dashes follow each other",
    remedy: "Print it again with a greater width (sqlcmd and osql: `-w 65535`)",
    where: { ...where, line: at + 1 },
  });
}

function ruledBy(
  header: string,
  dashes: string,
  { trim, shortLines }: { trim: Slice["trim"]; shortLines: string },
): Ruled {
  const slices = Array.from(dashes.matchAll(/-+/g), ({ 0: { length }, index }): Slice => {
    return { name: header.slice(index, index + length).trim(), from: index, to: index + length, trim };
  });
  const last = slices.at(-1);
  const least = shortLines === "pad" ? 0 : (last?.from ?? 0);
  return {
    slices,
    width: last?.to ?? 0,
    least,
    gaps: gapsOf(dashes),
    header: header.trimEnd(),
    ruler: dashes.trimEnd(),
  };
}

function gapsOf(dashes: string): { at: number; allowed: string }[] {
  return Array.from(dashes.trimEnd()).flatMap((mark, at) =>
    mark === "-" ? [] : [{ at, allowed: mark === "+" ? " +|" : ` ${mark}` }],
  );
}

/** The line with what follows it: a line is a header where a ruler stands below. */
export class RuledFraming implements Framing {
  readonly #ruled: Ruled;
  readonly #decode: DecodeWhole;
  readonly #finder: LineFinder;
  readonly #read: (body: Buffer) => Verdict;
  #place: "before" | "rows" | "other" | "behind" = "before";
  #otherHeader = "";
  #isBelowHeader = false;
  /** A row of dashes looks like a ruler: another table begins behind a blank line or a count only. */
  #isAfterBlank = false;

  constructor(ruled: Ruled, encoding: string, read: (body: Buffer) => Verdict) {
    this.#ruled = ruled;
    this.#decode = wholeDecoder(encoding).decode;
    this.#finder = new LineFinder(encoding);
    this.#read = read;
  }

  next(bytes: Buffer, from: number, isFinal: boolean): Framed | undefined {
    const line = this.#finder.line(bytes, from, isFinal);
    if (line === undefined) return undefined;
    const below = from + line.length < bytes.length ? this.#finder.line(bytes, from + line.length, isFinal) : undefined;
    if (below === undefined && !isFinal) return undefined;
    return { length: line.length, isEnded: line.isEnded, verdict: this.#judge(line, below) };
  }

  findEnd(bytes: Buffer, from: number): number {
    return this.#finder.findEnd(bytes, from);
  }

  #judge(line: Line, below: Line | undefined): Verdict {
    const text = this.#textOf(line);
    if (text === undefined) return this.#read(line.body);
    const isAfterBlank = this.#isAfterBlank;
    this.#isAfterBlank = text === "" || text === "\u001A";
    if (this.#isAfterBlank) return { kind: "skip", rule: "blank line" };
    const isKnown = text === this.#ruled.header;
    if (below !== undefined && this.#isRuler(below) && (isKnown || isAfterBlank || this.#place !== "rows"))
      return this.#enter(text, this.#textOf(below) ?? "");
    if (this.#isBelowHeader) return this.#passRuler();
    if (footers.some((footer) => footer.test(text.trim()))) return this.#leave();
    return this.#judgeRow(line);
  }

  #textOf({ body }: Line): string | undefined {
    return this.#decode(body)?.replace(/^\f/, "").trimEnd();
  }

  #passRuler(): Verdict {
    this.#isBelowHeader = false;
    return { kind: "skip", rule: "line of dashes" };
  }

  #isRuler({ body }: Line): boolean {
    // Most lines are told from a ruler by their first bytes.
    if (!body.subarray(0, 4).every((byte) => byte === 0 || " -|+,;\t".includes(String.fromCharCode(byte))))
      return false;
    return isRuler(this.#decode(body) ?? "");
  }

  #enter(header: string, dashes: string): Verdict {
    const isSame = header === this.#ruled.header && dashes === this.#ruled.ruler;
    this.#isBelowHeader = true;
    const rule = this.#place === "before" ? "header" : "header that comes again";
    this.#place = isSame ? "rows" : "other";
    this.#otherHeader = header.trim().replaceAll(/\s+/g, " ");
    return { kind: "skip", rule: isSame ? rule : "header of another table" };
  }

  #leave(): Verdict {
    this.#place = this.#place === "before" ? "before" : "behind";
    return { kind: "skip", rule: "count of rows" };
  }

  #judgeRow({ body }: Line): Verdict {
    if (this.#place === "before") return { kind: "skip", rule: "before the header" };
    if (this.#place === "rows") return this.#read(body);
    const reason =
      this.#place === "other"
        ? `it stands below another header (${this.#otherHeader}): a file holds the rows of one table`
        : "it stands behind the last row";
    return { kind: "fault", reason };
  }
}
