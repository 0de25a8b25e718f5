/**
 * The queue as a table for people who decide in a spreadsheet. What a spreadsheet may damage (long numbers, leading zeros, dates) is
 * never read back: an item is known by its name, a choice is a claim's number, and a typed value stands behind a marker of text.
 */
import { createHash } from "node:crypto";
import type { RowKey } from "../values/key.ts";
import type { ItemChoice } from "./session.ts";

/** One line of the table. */
export interface SheetItem {
  /** `i` and sixteen hex digits: the same as long as table, key and column are. */
  readonly name: string;
  /** What a decision is anchored to. */
  readonly seen: string;
  readonly table: string;
  readonly key: string;
  /** Empty: the row. */
  readonly column: string;
  readonly said: string;
  readonly claims: readonly {
    readonly number: number;
    readonly value: string | null;
    readonly sources: readonly string[];
  }[];
  readonly choices: readonly ItemChoice["kind"][];
}

/** What somebody wrote into the table. */
export interface SheetChoice {
  readonly name: string;
  readonly seen: string;
  readonly choice: ItemChoice;
  readonly by: string;
  readonly why: string;
  /** 1-based row of the table, for messages. */
  readonly row: number;
}

export function itemName(table: string, key: RowKey, column: string | null): string {
  const text = JSON.stringify([table, String(key), column]);
  return `i${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
}

/** Columns that are read back; `claim 1`, `claim 2`, … stand between them for people. */
export const named = {
  choice: "choice",
  by: "by",
  why: "why",
  item: "item",
  seen: "seen",
} as const;

/** What stands before a typed value. */
const marker = "text:";

const help = "a claim's number, NULL, withhold, keep, or text: with a value behind it; empty leaves the item open";

/** More claims than that are in the review alone. */
const mostClaims = 8;
const longestValue = 2000;

/** The header, then one line an item. */
export function* sheetRows(items: Iterable<SheetItem>): Generator<readonly string[]> {
  const claims = Array.from({ length: mostClaims }, (_, index) => `claim ${index + 1}`);
  yield ["table", "key", "column", "what", ...claims, named.choice, named.by, named.why, named.item, named.seen];
  for (const { name, seen, table, key, column, said, claims: own } of items) {
    const shown = claims.map((_, index) => claimText(own[index]));
    yield [table, key, column, said, ...shown, "", "", "", name, `s${seen}`];
  }
}

function claimText(claim: SheetItem["claims"][number] | undefined): string {
  if (claim === undefined) return "";
  const value = claim.value === null ? "NULL" : JSON.stringify(claim.value.slice(0, longestValue));
  return claim.sources.length === 0 ? value : `${value} (${claim.sources.join(", ")})`;
}

export interface SheetFault {
  readonly row: number;
  readonly message: string;
}

export interface ReadSheet {
  readonly choices: readonly SheetChoice[];
  readonly faults: readonly SheetFault[];
}

/** `signature`: for lines without who or why of their own. */
export function readSheetRows(
  rows: readonly (readonly string[])[],
  signature: { readonly by: string; readonly why: string },
): ReadSheet {
  const [header = [], ...lines] = rows;
  const places = placesOf(header);
  const missing = Object.entries(places).filter(([, place]) => place < 0);
  if (missing.length > 0) {
    const names = missing.map(([name]) => name).join(", ");
    return { choices: [], faults: [{ row: 1, message: `the header has no column ${names}; export the sheet again` }] };
  }
  const choices: SheetChoice[] = [];
  const faults: SheetFault[] = [];
  for (const [index, cells] of lines.entries()) {
    const read = readLine(cells, places, signature, index + 2);
    if (read === undefined) continue;
    if ("message" in read) faults.push(read);
    else choices.push(read);
  }
  return { choices, faults };
}

type Places = Readonly<Record<keyof typeof named, number>>;

function placesOf(header: readonly string[]): Places {
  const names = header.map((name) => name.trim().toLowerCase());
  const entries = Object.entries(named).map(([key, name]) => [key, names.indexOf(name)]);
  return Object.fromEntries(entries) as Places;
}

/** Undefined for a line that decides nothing. */
function readLine(
  cells: readonly string[],
  places: Places,
  signature: { readonly by: string; readonly why: string },
  row: number,
): SheetChoice | SheetFault | undefined {
  const at = (place: number): string => cells[place] ?? "";
  const written = at(places.choice);
  if (written.trim() === "") return undefined;
  const choice = readChoice(written);
  if (choice === undefined) return { row, message: `choice ${JSON.stringify(written)}: expected ${help}` };
  const by = at(places.by).trim() || signature.by;
  const why = at(places.why).trim() || signature.why;
  if (by === "" || why === "")
    return { row, message: "a decision needs who and why: fill in by and why, or give --by and --why" };
  const name = at(places.item).trim();
  if (!/^i[0-9a-f]{16}$/.test(name))
    return { row, message: "item: the name of the item is gone; export the sheet again" };
  return { name, seen: at(places.seen).trim().replace(/^s/, ""), choice, by, why, row };
}

/** Undefined where it says nothing that can be meant. */
export function readChoice(written: string): ItemChoice | undefined {
  // A spreadsheet may hide text behind an apostrophe, and keeps blanks of its own.
  const text = written.replace(/^'/, "");
  if (text.trimStart().toLowerCase().startsWith(marker))
    // People put a blank behind a colon.
    return { kind: "value", value: text.trimStart().slice(marker.length).replace(/^ /, "") };
  const word = text.trim().toLowerCase();
  if (/^[1-9]\d?(?:\.0+)?$/.test(word)) return { kind: "claim", number: Math.trunc(Number(word)) };
  if (word === "null") return { kind: "null" };
  return word === "withhold" || word === "keep" ? { kind: word } : undefined;
}
