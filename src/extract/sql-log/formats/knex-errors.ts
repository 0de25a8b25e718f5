/** knex puts the statement before the message of its errors: `insert into "t" ("id") values ($1) - duplicate key …`; MySQL's with the values in it. */
import type { StatementEvent } from "../event.ts";
import { NotLogged, type Bound } from "../parameters.ts";

const verb = /\b(?:insert|update|delete|replace|with|commit)\b/i;
const place = /\$(\d+)|@p(\d+)|\?/g;
const anyPlace = /[$@?]/;
const behind = " - ";

/** Where in the text an error may begin, to its end. */
export function errorsIn(text: string): string[] {
  const lines = text.split("\n");
  return lines.flatMap((line, at) => {
    const start = verb.exec(line);
    return start === null ? [] : [[line.slice(start.index), ...lines.slice(at + 1, at + 20)].join("\n")];
  });
}

/** Does the error begin with the statement? */
export function isErrorOf(error: string, { text, bindings }: Pick<StatementEvent, "text" | "bindings">): boolean {
  const sql = text.trim().replace(/;$/, "");
  const first = sql.search(anyPlace);
  if (!error.startsWith(first < 0 ? sql : sql.slice(0, first))) return false;
  const marks = [...sql.matchAll(place)];
  let from = 0;
  let at = 0;
  for (const [index, mark] of marks.entries()) {
    const part = sql.slice(from, mark.index);
    if (!error.startsWith(part, at)) return false;
    at += part.length;
    from = mark.index + mark[0].length;
    const next = sql.slice(from, marks[index + 1]?.index) || ", ";
    const end = error.indexOf(index === marks.length - 1 ? sql.slice(from) + behind : next, at);
    const name = mark[1] ?? (mark[2] === undefined ? String(index + 1) : String(Number(mark[2]) + 1));
    if (end < 0 || !mayBe(error.slice(at, end), bindings.get(name))) return false;
    at = end;
  }
  return error.startsWith(sql.slice(from) + behind, at);
}

/** Is the text the value, or a mark of its place? Texts that are escaped are not compared. */
function mayBe(text: string, value: Bound | undefined): boolean {
  if (/^(?:\$\d+|\?|@p\d+)$/.test(text) || value === undefined || value instanceof NotLogged) return true;
  if (value instanceof Uint8Array || (typeof value === "string" && /['\\\n\r\0"]/.test(value))) return true;
  return text.toLowerCase() === String(value).toLowerCase() || text === `'${String(value)}'`;
}
