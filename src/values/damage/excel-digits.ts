/** A spreadsheet's numbers: 15 significant digits, zeros after them. */
import type { Damage } from "./damage.ts";

export const excelDigits: Damage = { kind: "excel-15-digits", what: "15 digits, as a spreadsheet keeps" };

const excelKeeps = 15;

function firstDigitsUp(digits: string): string {
  return (BigInt(digits.slice(0, excelKeeps)) + 1n).toString();
}

/**
 * Is `candidate` what a spreadsheet leaves of `intact`? Both are digits without leading zeros. Typed or pasted digits are cut
 * (1914310000010100016 → 1914310000010100000, GOTCHAS 36), computed ones rounded.
 */
export function isExcelDigits(candidate: string, intact: string): boolean {
  const lost = intact.length - excelKeeps;
  if (lost <= 0 || !candidate.endsWith("0".repeat(lost))) return false;
  const kept = candidate.slice(0, -lost);
  if (kept === intact.slice(0, excelKeeps)) return candidate !== intact;
  return intact.charCodeAt(excelKeeps) >= 53 && kept === firstDigitsUp(intact);
}
