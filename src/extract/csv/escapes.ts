/** Escapes outside of quotes: an escape makes the character behind it data, or a letter stand for a character that cannot be shown. */

/** What wrote the file: `SELECT … INTO OUTFILE` and mysqldump --tab, or PostgreSQL's COPY in its text format. */
export type EscapeStyle = "plain" | "mysql" | "postgres";

/**
 * https://dev.mysql.com/doc/refman/8.4/en/load-data.html (FIELDS ESCAPED BY), https://www.postgresql.org/docs/current/sql-copy.html (Text Format).
 * Any other character stands for itself.
 */
const letters: Readonly<Record<EscapeStyle, ReadonlyMap<string, string>>> = {
  plain: new Map(),
  mysql: new Map([
    ["0", "\0"],
    ["b", "\b"],
    ["n", "\n"],
    ["r", "\r"],
    ["t", "\t"],
    ["Z", "\u001A"],
  ]),
  postgres: new Map([
    ["b", "\b"],
    ["f", "\f"],
    ["n", "\n"],
    ["r", "\r"],
    ["t", "\t"],
    ["v", "\v"],
  ]),
};

/** The line that ends the data of a COPY. */
export const copyEnd = "\\.";

export interface BareEscape {
  /** One character. */
  readonly character: string;
  readonly style: EscapeStyle;
  unescape(cell: string): string;
}

export function bareEscape(character: string, style: EscapeStyle): BareEscape {
  const own = letters[style];
  const code = style === "postgres" ? "x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|" : "";
  const form = new RegExp(`${character.replace(/[\\^$.*+?()[\]{}|/-]/, String.raw`\$&`)}(${code}[^])`, "gu");
  const read = (escaped: string): string => own.get(escaped) ?? characterOf(escaped, style) ?? escaped;
  return {
    character,
    style,
    unescape: (cell) =>
      cell.includes(character) ? cell.replaceAll(form, (_, escaped: string) => read(escaped)) : cell,
  };
}

const lastAscii = 0x7f;

/** `\101`, `\x41`: bytes by their numbers. What is no ASCII depends on an encoding that COPY does not write so: it stays as it is written. */
function characterOf(escaped: string, style: EscapeStyle): string | undefined {
  if (style !== "postgres" || !/^(?:x[0-9A-Fa-f]|[0-7])/.test(escaped)) return undefined;
  const value = escaped.startsWith("x") ? Number.parseInt(escaped.slice(1), 16) : Number.parseInt(escaped, 8);
  return value <= lastAscii ? String.fromCharCode(value) : `\\${escaped}`;
}
