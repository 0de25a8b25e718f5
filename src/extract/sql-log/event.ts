/** What a record of a log says, in all formats. */
import type { DialectId } from "../sql-script/dialects/dialect.ts";
import type { TransactionStep } from "./outcome.ts";
import type { Bindings } from "./parameters.ts";
import type { DateFormat } from "./time.ts";

/** One line of the log: of a file, or of several that follow on each other and are counted as one. */
export interface LogLine {
  /** 1-based. */
  readonly number: number;
  /** Without what ends it. */
  readonly text: string;
  /** What ends it; empty at the end of the file. */
  readonly ending: string;
}

interface Placed {
  /** The line where the record begins, 1-based. */
  readonly line: number;
  readonly raw: string;
}

export interface StatementEvent extends Placed {
  readonly kind: "statement";
  /** What tells the connections apart; the same for all where the log does not. */
  readonly session: string;
  /** Wall-clock text of the source's clock; undefined: the record does not say. */
  readonly at: string | undefined;
  /** One statement, or several. */
  readonly text: string;
  readonly bindings: Bindings;
  /** The database that it ran in, where the log says it and its dialect needs it. */
  readonly database?: string | undefined;
  /** `unknown`: it was logged before it ran, and a failure would be logged behind it. */
  readonly fate: "done" | "failed" | "rolled back" | "unknown";
  /** The record shows that it stands in a transaction, whether the beginning of that is in the log or not. */
  readonly isInTransaction?: boolean;
  /** It ran together with the session's statement before it: they failed together. */
  readonly joins?: boolean;
  /** Where it failed, its transaction can no longer be committed. */
  readonly aborts?: boolean;
}

/** A row as it stood in a change that was logged by its values, not by its statement. */
export interface RowEvent extends Placed {
  readonly kind: "row";
  readonly session: string;
  readonly at: string | undefined;
  /** The parts of its table's name. */
  readonly table: readonly string[];
  readonly operation: "insert" | "update" | "delete";
  /** What it held before, and from then on, by the 1-based places of the columns in the table. */
  readonly before: RowImage;
  readonly after: RowImage;
}

/** Cells as the log writes them, with the type that stands behind them where it says one. */
export type RowImage = ReadonlyMap<number, { readonly text: string; readonly type: string }>;

export type LogEvent =
  | StatementEvent
  | RowEvent
  /** A transaction's step that is no statement. */
  | (Placed & {
      readonly kind: "step";
      readonly session: string;
      readonly step: TransactionStep;
      readonly rule: string;
    })
  /**
   * The session's last statement failed; `aborts`: and with it the transaction. `text`: of what failed, where the log says it: it may be
   * another, which was not logged.
   */
  | (Placed & {
      readonly kind: "failure";
      readonly session: string;
      readonly aborts: boolean;
      readonly rule: string;
      readonly text?: string | undefined;
    })
  /** The session is over; what it left open was rolled back. */
  | (Placed & { readonly kind: "end"; readonly session: string; readonly rule: string })
  /** The server was started: no session is older. */
  | (Placed & { readonly kind: "restart"; readonly rule: string })
  | (Placed & { readonly kind: "skip"; readonly rule: string })
  | (Placed & { readonly kind: "fault"; readonly reason: string });

export interface FormatSettings {
  /** The engine that the statements are for. */
  readonly dialect: DialectId;
  /** On whose clock moments are read (IANA). */
  readonly zone: string;
  readonly dateFormat: DateFormat | undefined;
  /** `log_line_prefix` of PostgreSQL. */
  readonly linePrefix: string | undefined;
}

/** Reads the records of one file, or of several that are joined, line by line. */
export interface LogParser {
  take(line: LogLine): Iterable<LogEvent>;
  /** What the end of the last file completes. */
  end(): Iterable<LogEvent>;
}

export interface LogFormat {
  /** Unless the recipe says otherwise; undefined: it has to, the format is that of several engines. */
  readonly dialect: DialectId | undefined;
  /** All connections stand in one session: transactions may overlap. */
  readonly sharesSession?: true;
  /** A record that is cut is none: what has no newline behind it at the end of the file is whole all the same. */
  readonly provesItsEnd?: true;
  /** What began in one file of a rotated set may go on in the next. */
  readonly joinsFiles?: true;
  open(settings: FormatSettings): LogParser;
}
