/** Small parts that every section is made of. Whatever comes from evidence goes through `Text` or `Value`. */
import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { ShownValue } from "../../report/model.ts";
import type { CellClass } from "../../report/summary.ts";
import { count, firstOf, printablePieces } from "../../text.ts";
import type { Drawing } from "../charts/draw.ts";
import { showMoment } from "../format.ts";
import type { ReportView } from "./view.ts";
import { classWords } from "./view.ts";

/** Longer than any sentence of ours; what is longer came from a source. */
const longestText = 600;
const longestValue = 400;

interface Shown {
  readonly pieces: readonly Child[];
  readonly isCut: boolean;
}

/** At most so many characters as they are shown: an escape takes several. */
function show(text: string, most: number): Shown {
  const pieces: Child[] = [];
  let room = most;
  for (const { text: shown, isEscape } of printablePieces(firstOf(text, most))) {
    if (room <= 0) return { pieces, isCut: true };
    room -= shown.length;
    pieces.push(isEscape ? <mark>{shown}</mark> : shown);
  }
  return { pieces, isCut: text.length > most };
}

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

/** A moment that no line end tears apart; undefined: unknown. */
export function Moment({ of }: { of: number | undefined }): Child {
  return of === undefined ? "unknown" : <time>{showMoment(of)}</time>;
}

const edges = /^( *)([^]*?)( *)$/;
const mistakable = /^null$|^["“]|["”]$/i;

function Blanks({ text }: { text: string }): Child {
  return text === "" ? "" : <mark>{"·".repeat(text.length)}</mark>;
}

/** A cell: NULL, no text, the text NULL and blanks at the ends all look different. */
export function Value({ of }: { of: ShownValue }): Child {
  if (of.text === null) return <span class="nothing">NULL</span>;
  if (of.text === "") return <span class="nothing">empty text</span>;
  const whole = of.length ?? of.text.length;
  const [, before = "", inner = "", after = ""] = edges.exec(firstOf(of.text, longestValue)) ?? [];
  const { pieces, isCut } = show(inner, longestValue);
  const quote = mistakable.test(of.text) ? '"' : "";
  return (
    <bdi class="value" dir="auto">
      {quote}
      <Blanks text={before} />
      {pieces}
      <Blanks text={after} />
      {quote}
      {(isCut || whole > longestValue) && <span class="cut">… ({count(whole)} characters)</span>}
    </bdi>
  );
}

export function SourceChip({ view, source }: { view: ReportView; source: string }): Child {
  return (
    <span class={`chip source-${view.colourOf(source)}`}>
      <Text of={source} most={60} />
    </span>
  );
}

const mostChips = 8;

export function SourceChips({ view, sources }: { view: ReportView; sources: readonly string[] }): Child {
  return (
    <span class="chips">
      {sources.slice(0, mostChips).map((source) => (
        <SourceChip view={view} source={source} />
      ))}
      {sources.length > mostChips && <span class="chip source-0">and {count(sources.length - mostChips)} more</span>}
    </span>
  );
}

export function ClassBadge({ of }: { of: CellClass }): Child {
  return <span class={`badge class-${of}`}>{classWords[of]}</span>;
}

export interface SectionParts {
  readonly id: string;
  readonly title: string;
  /** One sentence: what is to be seen here. */
  readonly lead?: Child;
  readonly children?: Child;
}

export function Section({ id, title, lead, children }: SectionParts): Child {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {lead !== undefined && <p class="lead">{lead}</p>}
      {children}
    </section>
  );
}

interface FigureParts {
  readonly drawing: Drawing;
  readonly legend?: Child;
  /** It has no text, and fills whatever width there is. */
  readonly stretches?: boolean;
  readonly children?: Child;
}

/** A picture with its numbers beside it. The box scrolls where the screen is narrower than the picture. */
export function Figure(parts: FigureParts): Child {
  const { drawing, legend, stretches = false, children } = parts;
  return (
    <figure>
      {legend}
      <div class="scroll" {...(stretches ? {} : { tabindex: 0, role: "group", "aria-label": "Chart" })}>
        <svg
          class={stretches ? "chart stretched" : "chart"}
          preserveAspectRatio={stretches ? "none" : "xMinYMin"}
          viewBox={`0 0 ${drawing.width} ${drawing.height}`}
          role="img"
          aria-label={drawing.label}
          font-family="inherit"
        >
          <g aria-hidden="true">{raw(drawing.inner)}</g>
        </svg>
      </div>
      {children}
    </figure>
  );
}

/** `[class, words]`: a swatch each. */
export function Legend({ items }: { items: readonly (readonly [string, Child])[] }): Child {
  return (
    <ul class="legend">
      {items.map(([name, words]) => (
        <li>
          <span class={`swatch ${name}`}></span>
          {words}
        </li>
      ))}
    </ul>
  );
}

/** Sources in their colours, in the order given. */
export function SourceLegend({ view, sources }: { view: ReportView; sources: readonly string[] }): Child {
  const own = sources.filter((source) => view.colourOf(source) > 0);
  const items = own.map((source) => [`source-${view.colourOf(source)}`, <Text of={source} most={40} />] as const);
  return <Legend items={own.length < sources.length ? [...items, ["source-0", "other sources"]] : items} />;
}

export interface Column {
  readonly head: string;
  readonly isNumber?: boolean;
}

/** Nobody reads further; a browser would have to. */
const mostRows = 1500;

/** A table of numbers or facts, the first column being what its row is about. */
export function Grid(parts: {
  caption: string;
  columns: readonly Column[];
  rows: readonly (readonly Child[])[];
}): Child {
  const { caption, columns, rows } = parts;
  return (
    <div class="scroll" tabindex={0} role="group" aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, isNumber }) => (
              <th scope="col" class={isNumber === true ? "number" : ""}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, mostRows).map(([first, ...others]) => (
            <tr>
              <th scope="row">{first}</th>
              {others.map((cell, index) => (
                <td class={columns[index + 1]?.isNumber === true ? "number" : ""}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > mostRows && <p class="aside">{count(rows.length - mostRows)} more: summary.json has all.</p>}
    </div>
  );
}

/** Depth that is there for who asks for it. */
export function Fold({ title, children }: { title: Child; children?: Child }): Child {
  return (
    <details class="fold">
      <summary>{title}</summary>
      {children}
    </details>
  );
}

/** What the script filters: places of tables and sources instead of names, which may be long or hostile. */
export function entryData(
  view: ReportView,
  kind: string,
  table: string | undefined,
  sources: readonly string[],
): object {
  return {
    "data-kind": kind,
    "data-table": table === undefined ? "" : String(view.tableIndex(table) ?? ""),
    "data-sources": sources.flatMap((source) => view.sourceIndex(source) ?? []).join(" "),
  };
}

/** A list that can be searched; it says itself where the filters leave nothing of it. */
export function Findings({ children }: { children?: Child }): Child {
  return (
    <div class="findings">
      {children}
      <p class="none" hidden>
        Nothing in this section matches the search and the filters.
      </p>
    </div>
  );
}

export function Nothing({ children }: { children?: Child }): Child {
  return <p class="nothing-here">{children}</p>;
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

/** An id that a link may end in, whatever it is made of. */
export function anchor(prefix: string, id: string, index: number): string {
  return /^[\w.-]{1,64}$/.test(id) ? `${prefix}-${id}` : `${prefix}-n${index + 1}`;
}
