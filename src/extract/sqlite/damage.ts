/** The pages of a table that are damaged, as they lie in the file. */
import type { Database } from "better-sqlite3";
import fs from "node:fs";
import { isDamage, quoteIdentifier } from "../../files/sqlite.ts";
import type { SqliteTable } from "../../schema/sqlite-catalog.ts";

export interface DamagedPage {
  readonly number: number;
  /** 0-based byte offset in the file. */
  readonly offset: number;
  /** What SQLite finds wrong with it. */
  readonly finding: string;
  /** Shorter than a page where the file ends before. */
  readonly bytes: Uint8Array;
}

/** What quick_check says of one page of a table's tree: `Tree 2 page 5 cell 3: Extends off end of page`. */
const finding = /^Tree (\d+) page (\d+)(?: (?:cell \d+|right child))*: (.*)$/;

/** The damaged pages that SQLite can name; there may be none although reading fails. */
export function damagedPages(db: Database, file: string, table: SqliteTable): DamagedPage[] {
  const pageSize = Number(db.pragma("page_size", { simple: true }));
  const findings = new Map<number, string>();
  for (const [tree, page, text] of findingsOf(db, table)) {
    if (tree === table.rootPage && !findings.has(page)) findings.set(page, text);
  }
  const inFileOrder = [...findings].toSorted(([left], [right]) => left - right);
  return inFileOrder.map(([number, text]) => {
    const offset = (number - 1) * pageSize;
    return { number, offset, finding: text, bytes: readAt(file, offset, pageSize) };
  });
}

function findingsOf(db: Database, table: SqliteTable): [tree: number, page: number, text: string][] {
  return checkReport(db, table).flatMap((line) => {
    const [, tree, page, text] = finding.exec(line) ?? [];
    return text === undefined ? [] : [[Number(tree), Number(page), text]];
  });
}

/** Its lines up to the point where SQLite gives up: it reports on the tree first, then trips over the damage itself. */
function checkReport(db: Database, table: SqliteTable): string[] {
  const lines: string[] = [];
  try {
    const report = db.prepare<[], string>(`PRAGMA quick_check(${quoteIdentifier(table.name)})`).pluck();
    for (const row of report.iterate()) lines.push(...row.split("\n"));
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  return lines;
}

function readAt(file: string, offset: number, length: number): Uint8Array {
  const buffer = Buffer.alloc(length);
  const descriptor = fs.openSync(file, "r");
  try {
    return buffer.subarray(0, fs.readSync(descriptor, buffer, 0, length, offset));
  } finally {
    fs.closeSync(descriptor);
  }
}
