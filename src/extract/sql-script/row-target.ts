/** Rows of one INSERT statement on their way into a batch, or into quarantine. */
import { Unreadable } from "./unreadable.ts";
import { tooLong } from "./long-record.ts";
import type { Cell } from "./cells.ts";
import type { Layout, Layouts } from "./layout.ts";
import type { ScriptTable } from "./names.ts";
import type { Route } from "./routes.ts";
import type { Script } from "./script.ts";
import type { Operation } from "../extractor.ts";

/** An INSERT statement up to its rows, or what stands for one where an UPDATE or DELETE names its row. */
export interface InsertHead {
  readonly table: ScriptTable;
  readonly columns: readonly string[] | undefined;
  /** Its text up to VALUES or SELECT. */
  readonly text: string;
  readonly isConditional: boolean;
  /** What its rows say; a script that fills a table shows what stands in it. */
  readonly operation: Operation;
}

const temporalTypes = new Set(["date", "time", "smalldatetime", "datetime", "datetime2", "datetimeoffset"]);

/** Where the rows of one INSERT go. */
export class RowTarget {
  readonly head: InsertHead;
  /** undefined: the table feeds no target table. */
  readonly #route: Route | undefined;
  readonly #script: Script;
  readonly #layouts: Layouts | undefined;
  readonly #forms: readonly Layout[];

  constructor(script: Script, head: InsertHead) {
    this.head = head;
    this.#script = script;
    this.#route = script.routes.find(head.table);
    this.#layouts = this.#route === undefined ? undefined : script.layouts(this.#route, head.table);
    this.#forms = this.#layouts?.find(head.columns) ?? [];
    if (this.#route !== undefined) script.routes.claim(this.#route, head.table);
    script.session.inserted.add(head.table.key);
    script.routes.meet(
      head.table,
      head.columns?.map((name) => ({ name, kind: "plain" })),
    );
  }

  get isMapped(): boolean {
    return this.#route !== undefined;
  }

  skip(): void {
    this.#script.ledger.skip(feedsNothing(this.head.table));
  }

  quarantine(text: string, reason: string, line: number): void {
    const { ledger } = this.#script;
    // What cannot be read of it stands where its text was left out.
    const why = ledger.long === undefined ? reason : tooLong;
    ledger.quarantine(text, `${this.head.table.label}: ${why}`, line);
  }

  /** Stages the row, or puts it into quarantine. */
  take(cells: readonly Cell[], text: string, line: number): void {
    const { ledger } = this.#script;
    const reason = ledger.long === undefined ? this.#stage(cells, text, line) : tooLong;
    if (reason !== undefined) this.quarantine(text, reason, line);
  }

  #stage(cells: readonly Cell[], text: string, line: number): string | undefined {
    const { ledger, session, dialect, batches, flow } = this.#script;
    const layout = this.#forms.find(({ slots }) => slots.length === cells.length);
    if (layout === undefined) return this.#wrongWidth(cells.length);
    if (layout.fault !== undefined) return layout.fault;
    const doubt = dialect.doubt?.(text, session);
    if (doubt !== undefined) return doubt;
    const claims = (this.#layouts as Layouts).claims(layout, cells);
    if (claims.values.some((value) => typeof value === "string" && ledger.isUndecodable(value)))
      return `holds bytes that are no text in ${ledger.encoding}`;
    if (
      session.dateOrder === undefined &&
      claims.columns.some(({ type }, at) => temporalTypes.has(type.name) && typeof claims.values[at] === "string")
    )
      return "holds a date as text under a DATEFORMAT that is not read";
    ledger.staged();
    flow.countRow(this.head.isConditional, line);
    batches.begin(session.dateOrder ?? "mdy", this.head.operation);
    batches.add((this.#route as Route).mapping.table, claims, line, ledger.rawOf(text));
    return undefined;
  }

  #wrongWidth(width: number): string {
    const expected = this.#forms.map(({ slots }) => slots.length).join(" or ");
    const whose = this.head.columns === undefined ? "the table takes" : "the column list has";
    return `the row has ${width} value${width === 1 ? "" : "s"}, and ${whose} ${expected}`;
  }
}

/** The rule under which what concerns a table that was not lost is passed over. */
export function feedsNothing(table: ScriptTable): string {
  return `feeds no target table ${table.label}`;
}

/** The reason, where reading the row failed on its content. Anything else is thrown on. */
export function reasonOf(error: unknown): string {
  if (error instanceof Unreadable) return `a value cannot be read: it ${error.reason}`;
  throw error;
}
