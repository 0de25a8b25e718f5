/** Where a statement seems to begin inside of what a stray quote swallowed: only a line's beginning tells. */

const name = String.raw`[\w$\u0080-\uFFFF.\[\]"\x60]`;
const starts = [
  String.raw`(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?INTO\s+${name}+\s*(?:\(|VALUES\b|SELECT\b)`,
  String.raw`INSERT\s+${name}+\s*(?:\(|VALUES\b|SELECT\b)`,
  String.raw`COPY\s+${name}+\s*(?:\([^()]*\)\s*)?FROM\s`,
  String.raw`CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?${name}+\s*\(`,
  String.raw`SET\s+IDENTITY_INSERT\s+${name}`,
  String.raw`GO[ \t]*(?=\r?\n|\r?$)`,
  String.raw`-- (?:Dumping data for table|Table structure for table|Data for Name:)`,
  String.raw`REM INSERTING into `,
];
/** With its newline: what stands before the first one cannot be told to begin a line. */
const statementStart = new RegExp(String.raw`\n[ \t]*(?:${starts.join("|")})`, "i");

/** Where the first line begins that looks like a statement's first, behind the newline; undefined: there is none. */
export function findStatement(text: string, from = 0): number | undefined {
  const at = (from === 0 ? text : text.slice(from)).search(statementStart);
  return at < 0 ? undefined : from + at + 1;
}

/** A start is told by no more characters than these. */
export const longestStart = 1024;

export function linesOf(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}
