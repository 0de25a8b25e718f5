/** Moments on the clock of a zone, through the zone rules that the runtime carries (ECMA-402). */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const parts = {
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  } as const;
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, calendar: "gregory", hourCycle: "h23", ...parts });
  formats.set(zone, format);
  return format;
}

/** What a clock of the zone shows at an instant (ms since 1970, UTC), to the second, as if it were UTC. */
export function wallAt(instant: number, zone: string): number {
  if (zone === "UTC") return Math.floor(instant / 1000) * 1000;
  const parts = new Map(
    formatOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const at = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(at("year"), at("month") - 1, at("day"), at("hour"), at("minute"), at("second"));
}

const moment = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?\s*(Z|[+-]\d\d(?::?\d\d)?)$/;

/**
 * `2026-03-01 12:00:00.123456+00` → `2026-03-01 06:00:00.123456` in `America/Chicago`: the fraction is kept as it is. A text of any other form
 * (`infinity`, a year before Christ) comes back unchanged.
 */
export function wallClock(text: string, zone: string): string {
  const [, date, time, fraction = "", offset = ""] = moment.exec(text) ?? [];
  if (date === undefined || time === undefined) return text;
  const instant = Date.parse(`${date}T${time}${isoOffset(offset)}`);
  if (Number.isNaN(instant)) return text;
  return `${new Date(wallAt(instant, zone)).toISOString().slice(0, 19).replace("T", " ")}${fraction}`;
}

/** `+00`, `-0530` → `+00:00`, `-05:30`. */
function isoOffset(offset: string): string {
  if (offset === "Z") return offset;
  const digits = offset.slice(1).replace(":", "").padEnd(4, "0");
  return `${offset.slice(0, 1)}${digits.slice(0, 2)}:${digits.slice(2)}`;
}
