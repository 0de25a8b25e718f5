/** Times of records as wall-clock text of the source's clock: `YYYY-MM-DD hh:mm:ss.fffffff`. */
import { wallClock } from "../../values/wall-clock.ts";

export type DateFormat = "mdy" | "dmy" | "ymd";

const iso =
  /^(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(?:\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?(?![\d:])/;
const local =
  /^(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})[ T](\d{1,2}):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?:\s*([AP]M))?(?:\s*(Z|UTC|[+-]\d\d:?\d\d))?/i;

/**
 * The time that the text begins with. With an offset it is put on a clock of the zone (IANA), without it is taken as it stands. `order`: of
 * day, month and year where the text leaves it open; undefined: such a text is no time. Undefined for what is none.
 */
export function timeOf(text: string, zone: string, order: DateFormat | undefined): string | undefined {
  const [, year, month, day, time, fraction = "", offset] = iso.exec(text) ?? [];
  if (year !== undefined) return onClock(`${year}-${month}-${day} ${time}`, fraction, offset, zone);
  const found = order === undefined ? null : local.exec(text);
  return found === null || order === undefined ? undefined : localTime(found, order, zone);
}

function localTime(found: readonly (string | undefined)[], order: DateFormat, zone: string): string | undefined {
  const [, one = "", two = "", three = "", hour = "", minute, second, fraction = "", half, offset] = found;
  const [year, month, day] = { mdy: [three, one, two], dmy: [three, two, one], ymd: [one, two, three] }[order] as [
    string,
    string,
    string,
  ];
  if (year.length !== 4 || Number(month) > 12 || Number(month) < 1 || Number(day) > 31 || Number(day) < 1)
    return undefined;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toUpperCase() === "PM" ? 12 : 0);
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  return onClock(`${date} ${String(hours).padStart(2, "0")}:${minute}:${second}`, fraction, offset, zone);
}

function onClock(moment: string, fraction: string, offset: string | undefined, zone: string): string {
  const behind = `.${fraction.slice(0, 7).padEnd(7, "0")}`;
  if (offset === undefined) return moment + behind;
  return wallClock(`${moment}${/^(?:UTC|GMT)$/i.test(offset) ? "Z" : offset}`, zone) + behind;
}
