/** Wall-clock times of a zone as instants, through the zone rules that the runtime carries (ECMA-402). */

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

/** When a clock showed a time. */
export interface Instant {
  /** ms since 1970, UTC; the earlier one where a clock change repeats the time. */
  readonly at: number;
  /** How many ms later the clock showed it again; 0: it did not. */
  readonly ambiguity: number;
}

/**
 * The instant of a canonical `YYYY-MM-DD hh:mm:ss.fffffff`, with an offset behind it or read on a clock of the zone. A time that a
 * clock change skips is taken as the clocks would go on.
 */
export function instantOf(text: string, zone: string): Instant {
  const [date, time, offset] = text.split(" ");
  const wall = Date.parse(`${date}T${(time ?? "00:00:00").slice(0, 12)}Z`);
  if (offset !== undefined) return { at: Date.parse(`${date}T${time?.slice(0, 12)}${offset}`), ambiguity: 0 };
  if (zone === "UTC") return { at: wall, ambiguity: 0 };
  const seconds = Math.floor(wall / 1000) * 1000;
  const guesses = [seconds - 86_400_000, seconds + 86_400_000].map((near) => wall - (wallAt(near, zone) - near));
  const fitting = guesses.filter((guess) => wallAt(Math.floor(guess / 1000) * 1000, zone) === seconds);
  if (fitting.length === 0) return { at: Math.max(...guesses), ambiguity: 0 };
  const at = Math.min(...fitting);
  return { at, ambiguity: Math.max(...fitting) - at };
}
