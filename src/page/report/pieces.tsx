/** Parts that every section of the report is made of. */
import type { ReportedRecord } from "../../report/model.ts";
import { count } from "../../text.ts";
import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { Drawing } from "../charts/draw.ts";
import { showBytes } from "../format.ts";
import { Scroll, Text, Value } from "../pieces.tsx";
import type { ReportView } from "./view.ts";

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
    <Scroll label={caption}>
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
    </Scroll>
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

/** How many of what: `3 rows`. */
interface Quantity {
  readonly number: number;
  readonly noun: string;
}

interface EntryProps {
  readonly of: Quantity;
  readonly pattern: string;
  /** Badge, table, source: where it is found. */
  readonly where: Child;
  /** {@link entryData}. */
  readonly data: object;
  readonly id?: string;
  /** Behind the number. */
  readonly mark?: Child;
  readonly children?: Child;
}

/** A group of findings that is opened to see the first of them. */
export function Entry({ of: { number, noun }, pattern, where, data, id, mark, children }: EntryProps): Child {
  return (
    <details {...(id === undefined ? {} : { id })} class="entry group" {...data}>
      <summary>
        <span class="how-many">
          <b>{count(number)}</b> {number === 1 ? noun : `${noun}s`}
          {mark}
        </span>
        <span class="pattern">
          <Text of={pattern} />
        </span>
        <span class="where">{where}</span>
      </summary>
      {children}
    </details>
  );
}

/** Where the first few do not tell of all. */
export function TheFirst({ shown, all, list }: { shown: number; all: number; list: string }): Child {
  if (all <= shown) return null;
  return (
    <p class="aside">
      The first {count(shown)}; {list} has all {count(all)}.
    </p>
  );
}

/** A record that is kept, with its place. */
export function Kept({ record }: { record: ReportedRecord }): Child {
  const { place, bytes, sha256 } = record;
  return (
    <div class="cell">
      <h4>
        <Text of={place} most={200} />
      </h4>
      {record.raw.text === null ? (
        <p class="reason">Not shown: masked, or too long to be kept.</p>
      ) : (
        <p class="raw">
          <Value of={record.raw} />
        </p>
      )}
      <p class="hash">
        {showBytes(bytes)}, SHA-256{" "}
        <code>
          <Text of={sha256} most={64} />
        </code>
      </p>
    </div>
  );
}

export function Nothing({ children }: { children?: Child }): Child {
  return <p class="nothing-here">{children}</p>;
}

/** An id that a link may end in, whatever it is made of. */
export function anchor(prefix: string, id: string, index: number): string {
  return /^[\w.-]{1,64}$/.test(id) ? `${prefix}-${id}` : `${prefix}-n${index + 1}`;
}
