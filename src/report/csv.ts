/** CSV for people who open it in a spreadsheet: no cell can become a formula (promise 5). */

/** One record, ended by CRLF (RFC 4180). NULL is the empty field, the empty string is `""`. */
export function csvRecord(cells: readonly (string | number | null)[]): string {
  return `${cells.map((cell) => csvCell(cell)).join(",")}\r\n`;
}

function csvCell(cell: string | number | null): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return `"${harmless.replaceAll('"', '""')}"`;
}
