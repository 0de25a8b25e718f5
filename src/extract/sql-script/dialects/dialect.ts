/** What an engine's scripts have of their own; everything else is read alike. */
import type { Column } from "../../../schema/model.ts";
import type { Scanner } from "../../../tsql/scanner.ts";
import type { CellReader } from "../cells.ts";
import type { Ledger } from "../ledger.ts";
import type { ScriptTable } from "../names.ts";
import type { Mode, Script } from "../script.ts";
import type { Session } from "../session.ts";
import type { Ending } from "../statement-end.ts";
import type { LexicalSettings } from "./lexer.ts";
import type { Adapter } from "./typed.ts";

export const dialectIds = ["sqlserver", "mysql", "postgres", "sqlite", "oracle"] as const;
export type DialectId = (typeof dialectIds)[number];

/** Reads a statement from its first word on; undefined: it is read to its end. */
export type Read = (script: Script, isConditional: boolean) => Mode | undefined;

/** What the reading of a value depends on besides its type. */
export interface Surroundings {
  readonly session: Pick<Session, "isUtc" | "dateModels">;
  readonly ledger: Pick<Ledger, "encoding">;
  /** On whose clock moments are read (IANA). */
  readonly zone: string;
}

export interface Dialect {
  readonly id: DialectId;
  /** For sentences: `T-SQL`, `MySQL`. */
  readonly title: string;
  /** Of a session that has set nothing yet. */
  readonly settings: Readonly<LexicalSettings>;
  lexer(text: string, session: Session, isFinal: boolean): Scanner;
  cells(lexer: Scanner, session: Session): CellReader;
  ending(verb: string): Ending;
  /** Can the current token not stand in a row's parentheses? They were never closed then. */
  endsRow(lexer: Scanner): boolean;
  /** Words that are no names of columns. */
  readonly reserved: ReadonlySet<string>;
  /** Words between INSERT and the table. */
  readonly insertWords: ReadonlySet<string>;
  /** Statements by their first word, in upper case. */
  readonly readers: Readonly<Record<string, Read>>;
  /** Statements that begin otherwise. */
  readonly readOther: Read;
  /** What may follow the rows of an INSERT; the current token is its first. */
  readonly readTail?: Read;
  nameTable(parts: readonly string[], session: Session): ScriptTable | undefined;
  /** Tables that are not found by their whole name are found by the last part of it. */
  readonly findsByName: boolean;
  /** Do rows without column list hold identity columns, too? */
  readonly listsIdentity: boolean;
  adapter?(type: string | undefined, column: Column, script: Surroundings): Adapter;
  /** Why the row's text is not what is loaded, for settings under which the client changes it. */
  doubt?(text: string, session: Session): string | undefined;
}
