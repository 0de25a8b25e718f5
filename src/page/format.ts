/** How pages write times, sizes, shares and names; nothing here asks the machine for its locale or time zone. */
import { count, firstOf, printable } from "../text.ts";

/** `2026-03-14 04:00 UTC` of milliseconds since 1970. */
export function showMoment(milliseconds: number): string {
  return `${isoOf(milliseconds).slice(0, 16).replace("T", " ")} UTC`;
}

/** `2026-03-14 04:00:07 UTC` */
export function showSecond(milliseconds: number): string {
  return `${isoOf(milliseconds).slice(0, 19).replace("T", " ")} UTC`;
}

/** `2026-03-14` */
export function showDay(milliseconds: number): string {
  return isoOf(milliseconds).slice(0, 10);
}

/** The milliseconds of an ISO time that names its offset; undefined where it does not: no machine's zone is guessed. */
export function momentOf(iso: string | null | undefined): number | undefined {
  const isWhole = iso !== null && iso !== undefined && /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)$/.test(iso);
  const milliseconds = isWhole ? Date.parse(iso) : NaN;
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

function isoOf(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? "unknown time" : date.toISOString();
}

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
] as const;

/** The two largest units of a span: `2 days 7 hours`, `6 minutes`. */
export function showSpan(milliseconds: number): string {
  const first = units.findIndex(([, size]) => milliseconds >= size);
  if (first === -1) return "less than a second";
  let rest = milliseconds;
  const parts = units.slice(first, first + 2).map(([name, size]) => {
    const number = Math.floor(rest / size);
    rest -= number * size;
    return number === 0 ? "" : `${count(number)} ${name}${number === 1 ? "" : "s"}`;
  });
  return parts.filter((part) => part !== "").join(" ");
}

const sizes = ["bytes", "kB", "MB", "GB", "TB"];

/** `1.2 MB`; decimal, as disks and downloads are sold. */
export function showBytes(bytes: number): string {
  const step = Math.min(sizes.length - 1, Math.max(0, Math.floor((String(Math.floor(bytes)).length - 1) / 3)));
  if (step === 0) return `${count(bytes)} ${bytes === 1 ? "byte" : "bytes"}`;
  const number = bytes / 1000 ** step;
  return `${number < 10 ? number.toFixed(1) : count(Math.floor(number))} ${sizes[step] ?? ""}`;
}

/** `99.8%`, rounded down: only all of it is 100%; what is not nothing is never 0%. */
export function showShare(part: number, whole: number): string {
  if (whole === 0 || part === 0) return "0%";
  const tenths = Math.floor((part / whole) * 1000);
  return tenths === 0 ? "<0.1%" : `${(tenths / 10).toFixed(tenths % 10 === 0 ? 0 : 1)}%`;
}

/** A name on one line, cut where a page has no room for it; nothing in it steers the page. */
export function label(text: string, most: number): string {
  return printable(text.length > most ? `${firstOf(text, most - 1)}…` : text);
}

/** The first names, and how many are left out. */
export function listed(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).map((name) => label(name, 60));
  return names.length > most ? `${shown.join(", ")} and ${count(names.length - most)} more` : shown.join(", ");
}
