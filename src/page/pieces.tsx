/** Small parts of every page: report, review, packs. Whatever comes from evidence goes through `Text` or `Value`. */
import type { Child } from "hono/jsx";
import type { ShownValue } from "../report/model.ts";
import type { CellClass } from "../report/summary.ts";
import { count, firstOf, printablePieces } from "../text.ts";
import { classWords } from "./classes.ts";
import type { ColourOf } from "./colours.ts";
import { showMoment } from "./format.ts";

/** Longer than any sentence of ours; what is longer came from a source. */
const longestText = 600;
const longestValue = 400;

interface Shown {
  readonly pieces: readonly Child[];
  readonly isCut: boolean;
}

/** At most so many characters as they are shown: an escape takes several. */
function show(text: string, most: number, breaks = ""): Shown {
  const pieces: Child[] = [];
  let room = most;
  for (const { text: shown, isEscape } of printablePieces(firstOf(text, most))) {
    if (room <= 0) return { pieces, isCut: true };
    room -= shown.length;
    pieces.push(isEscape ? <mark>{shown}</mark> : shown);
    if (isEscape && shown === lineFeed) pieces.push(breaks);
  }
  return { pieces, isCut: text.length > most };
}

const lineFeed = String.raw`\n`;

/** Text of any origin: cut, and what would steer the page or hide is shown as an escape. */
export function Text({ of, most = longestText }: { of: string; most?: number }): Child {
  const { pieces, isCut } = show(of, most);
  return (
    <bdi>
      {pieces}
      {isCut && <span class="cut">… ({count(of.length)} characters)</span>}
    </bdi>
  );
}

/** Our own words, which may hold texts of any origin; what stands in backticks is what people type. */
export function Sentence({ of, most = longestText }: { of: string; most?: number }): Child {
  return of.split(/`([^`]+)`/).map((part, index) => {
    const shown = <Text of={part} most={most} />;
    return index % 2 === 0 ? shown : <code>{shown}</code>;
  });
}

/** A moment that no line end tears apart; undefined: unknown. */
export function Moment({ of }: { of: number | undefined }): Child {
  return of === undefined ? "unknown" : <time>{showMoment(of)}</time>;
}

const edges = /^( *)([^]*?)( *)$/;
const mistakable = /^null$|^["“]|["”]$/i;

function Blanks({ text }: { text: string }): Child {
  return text === "" ? "" : <mark>{"·".repeat(text.length)}</mark>;
}

interface ValueParts {
  readonly of: ShownValue;
  /** The longest that is shown, in UTF-16 units. */
  readonly most?: number;
  /** Where the whole of a long one is. */
  readonly whole?: string;
}

/** A cell: NULL, no text, the text NULL and blanks at the ends all look different. Its lines stay lines, behind their escapes. */
export function Value({ of, most = longestValue, whole }: ValueParts): Child {
  if (of.text === null) return <span class="nothing">NULL</span>;
  if (of.text === "") return <span class="nothing">empty text</span>;
  const length = of.length ?? of.text.length;
  const [, before = "", inner = "", after = ""] = edges.exec(firstOf(of.text, most)) ?? [];
  const { pieces, isCut } = show(inner, most, "\n");
  const isShort = isCut || length > of.text.length || length > most;
  const quote = mistakable.test(of.text) ? '"' : "";
  return (
    <>
      <bdi class="value" dir="auto">
        {quote}
        <Blanks text={before} />
        {pieces}
        <Blanks text={after} />
        {quote}
        {isShort && <span class="cut">… ({count(length)} characters)</span>}
      </bdi>
      {isShort && whole !== undefined && (
        <a class="whole" href={whole} download>
          the whole as a file
        </a>
      )}
    </>
  );
}

/** Who knows the colours of sources. */
interface Coloured {
  readonly colourOf: ColourOf;
}

export function SourceChip({ view, source }: { view: Coloured; source: string }): Child {
  return (
    <span class={`chip source-${view.colourOf(source)}`}>
      <Text of={source} most={60} />
    </span>
  );
}

const mostChips = 8;

export function SourceChips({ view, sources }: { view: Coloured; sources: readonly string[] }): Child {
  return (
    <span class="chips">
      {sources.slice(0, mostChips).map((source) => (
        <SourceChip view={view} source={source} />
      ))}
      {sources.length > mostChips && <span class="chip source-0">and {count(sources.length - mostChips)} more</span>}
    </span>
  );
}

/** How sure a cell is, in words; what is no class of a cell says itself. */
export function ClassBadge({ of }: { of: CellClass | "withheld" }): Child {
  return <span class={`badge class-${of}`}>{of === "withheld" ? of : classWords[of]}</span>;
}

/** `dbo.Orders.Notes` */
export function ColumnName({ table, column }: { table: string; column: string }): Child {
  return (
    <span class="name">
      <Text of={table} most={60} />.
      <b>
        <Text of={column} most={60} />
      </b>
    </span>
  );
}

/** What is wider than the page scrolls in itself, for keyboards, too. */
export function Scroll({ label, children }: { label: string; children?: Child }): Child {
  return (
    <div class="scroll" role="group" aria-label={label} tabindex={0}>
      {children}
    </div>
  );
}
