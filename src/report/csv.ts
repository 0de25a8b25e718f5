/**
 * CSV for people who open it in a spreadsheet: no cell can become a formula (promise 5). What begins one: OWASP, "CSV
 * Injection"; the full-width forms count in East Asian locales.
 */

/** One record, ended by CRLF (RFC 4180). NULL is the empty field, the empty string is `""`. */
export function csvRecord(cells: readonly (string | number | bigint | null)[]): string {
  return `${cells.map((cell) => csvCell(cell)).join(",")}\r\n`;
}

function csvCell(cell: string | number | bigint | null): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  const harmless = /^[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell;
  return `"${harmless.replaceAll('"', '""')}"`;
}
