/** Which engine a script was written for, by marks that its beginning shows. */
import { UserError } from "../../../errors.ts";
import { readBytes } from "../../containers/bytes.ts";
import type { EvidenceFile } from "../../extractor.ts";
import { encodingOf } from "./client-encoding.ts";
import { dialectIds, type DialectId } from "./dialect.ts";

const headBytes = 64 * 1024;

type Marks = Readonly<Partial<Record<DialectId, readonly RegExp[]>>>;

/** Lines that scripts of one engine have, and no other's. */
const sure: Marks = {
  sqlserver: [/^GO[ \t]*$/im, /^SET (?:ANSI_NULLS|QUOTED_IDENTIFIER|IDENTITY_INSERT)\b.*$/im, /^USE \[.*$/im],
  mysql: [/^(?:--|#) (?:MySQL|MariaDB|phpMyAdmin SQL) [Dd]ump\b.*$/m, /^\/\*M?!\d{5,6}.*$/m],
  postgres: [
    /^-- PostgreSQL database (?:cluster )?dump\b.*$/m,
    /^SET (?:client_encoding|standard_conforming_strings)\b.*$/im,
    /^\\(?:c|connect|restrict|encoding|set)[ \t].*$/m,
    /^COPY .* FROM stdin;$/im,
  ],
  sqlite: [/^PRAGMA foreign_keys=OFF;$/im],
  oracle: [/^SET DEFINE OFF\b.*$/im, /^REM INSERTING into .*$/im],
};

/** They count where nothing surer shows. */
const likely: Marks = {
  mysql: [/^(?:INSERT INTO|CREATE TABLE|DROP TABLE IF EXISTS|LOCK TABLES) `.*$/im],
  oracle: [/^[ \t]*insert\b.*\bto_(?:date|timestamp)\('.*$/im],
};

export interface Detected {
  readonly dialect: DialectId;
  /** The line that shows it, with its number. */
  readonly evidence: string;
}

/** The first characters of a script, its bytes one by one; of UTF-16 with a byte order mark as text. */
export async function readHead(file: EvidenceFile): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const { bytes } of readBytes(file)) {
    pieces.push(Buffer.from(bytes));
    length += bytes.length;
    if (length >= headBytes) break;
  }
  const head = Buffer.concat(pieces).subarray(0, headBytes);
  return head[0] === 0xff && head[1] === 0xfe ? head.toString("utf16le") : head.toString("latin1");
}

/** Undefined where nothing shows it. Throws UserError where marks of two engines are there. */
export function detect(head: string, file: EvidenceFile): Detected | undefined {
  const text = head.replaceAll("\r\n", "\n");
  const certain = findMarks(text, sure);
  const [first, second] = certain.length > 0 ? certain : findMarks(text, likely);
  if (first !== undefined && second !== undefined) throw undecided(first, second, file);
  return first;
}

function findMarks(text: string, marks: Marks): Detected[] {
  return dialectIds.flatMap((dialect) => {
    const match = marks[dialect]?.map((mark) => mark.exec(text)).find((each) => each !== null);
    return match === undefined || match === null ? [] : [{ dialect, evidence: evidenceOf(text, match) }];
  });
}

const shownWidth = 60;

function evidenceOf(text: string, match: RegExpExecArray): string {
  const line = text.slice(0, match.index).split("\n").length;
  const shown = match[0].trim();
  return `line ${line} is ${shown.length > shownWidth ? `${shown.slice(0, shownWidth)}…` : shown}`;
}

function undecided(first: Detected, second: Detected, file: EvidenceFile): UserError {
  return new UserError({
    what: `the script looks like one for ${first.dialect} (${first.evidence}), and for ${second.dialect} (${second.evidence})`,
    remedy: "Declare `dialect` for this source",
    where: { file: file.name },
  });
}

const named = {
  mysql: /^(?:\/\*!\d+ )?SET NAMES '?(\w+)/im,
  postgres: /^SET client_encoding = '([\w-]+)'/im,
} as const;

/** The encoding that the script's beginning names, as iconv-lite has it; undefined where it names none, or a byte order mark stands there. */
export function declaredEncoding(head: string, dialect: DialectId): string | undefined {
  if (/^(?:\u00EF\u00BB\u00BF|\uFEFF)/.test(head) || (dialect !== "mysql" && dialect !== "postgres")) return undefined;
  const name = named[dialect].exec(head)?.[1];
  return name === undefined ? undefined : encodingOf(name, dialect === "postgres");
}
