/** The little that only a CREATE TABLE statement of SQLite says, and no pragma. */

/** One token: a comment, a quoted name or text, a word, or a single character. */
const token = /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|\w+|[^\s]/g;

function tokens(sql: string): { readonly text: string; readonly at: number }[] {
  return [...sql.matchAll(token)]
    .map((match) => ({ text: match[0], at: match.index }))
    .filter(({ text }) => !text.startsWith("--") && !text.startsWith("/*"));
}

/** Does the statement say AUTOINCREMENT? As a keyword: not in a comment, a name or a text. */
export function saysAutoincrement(createTable: string): boolean {
  return tokens(createTable).some(({ text }) => text.toUpperCase() === "AUTOINCREMENT");
}

/** How many CHECK constraints the statement holds. */
export function countChecks(createTable: string): number {
  const all = tokens(createTable);
  return all.filter(({ text }, index) => text.toUpperCase() === "CHECK" && all[index + 1]?.text === "(").length;
}

/** The expressions of the generated columns, in the order of their declaration: `… AS (expression)`. */
export function generatedExpressions(createTable: string): string[] {
  const all = tokens(createTable);
  const found: string[] = [];
  let depth = 0;
  for (const [index, { text }] of all.entries()) {
    const opens = text === "(" ? index : -1;
    // Within the column list, where CAST(x AS …) and defaults are one level deeper.
    if (opens >= 0 && depth === 1 && all[index - 1]?.text.toUpperCase() === "AS")
      found.push(inside(createTable, all, opens));
    depth += text === "(" ? 1 : text === ")" ? -1 : 0;
  }
  return found;
}

/** What stands between the parenthesis at `opens` and its partner. */
function inside(sql: string, all: readonly { readonly text: string; readonly at: number }[], opens: number): string {
  let depth = 0;
  for (const { text, at } of all.slice(opens)) {
    depth += text === "(" ? 1 : text === ")" ? -1 : 0;
    if (depth === 0) return sql.slice((all[opens]?.at ?? 0) + 1, at).trim();
  }
  return "";
}
