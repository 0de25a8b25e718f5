/**
 * Texts as `to_date` and `to_timestamp` read them, by the elements of format models that scripts use. What a model leaves to the
 * day of the run (a date without its year, a language) is no value.
 * Facts: https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/Format-Models.html
 */
import { dayNumber, formatDay } from "../../../values/calendar.ts";

const months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const wholeMonths = "JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER".split(" ");

type Part = "year" | "month" | "day" | "hour" | "minute" | "second" | "half" | "fraction" | "zoneHour" | "zoneMinute";
type Found = Map<Part, string>;

/** Of the elements that two fit, the longer stands first. */
const elements: readonly (readonly [element: string, part: Part, form: string])[] = [
  ["RRRR", "year", String.raw`\d{4}`],
  ["YYYY", "year", String.raw`\d{4}`],
  ["RR", "year", String.raw`\d{2}`],
  ["YY", "year", String.raw`\d{2}`],
  ["MONTH", "month", wholeMonths.join("|")],
  ["MON", "month", months.join("|")],
  ["MM", "month", String.raw`\d{1,2}`],
  ["MI", "minute", String.raw`\d{1,2}`],
  ["DD", "day", String.raw`\d{1,2}`],
  ["HH24", "hour", String.raw`\d{1,2}`],
  ["HH12", "hour", String.raw`\d{1,2}`],
  ["HH", "hour", String.raw`\d{1,2}`],
  ["SS", "second", String.raw`\d{1,2}`],
  ["FF", "fraction", String.raw`\d{1,9}`],
  ["A.M.", "half", String.raw`[AP]\.M\.`],
  ["P.M.", "half", String.raw`[AP]\.M\.`],
  ["AM", "half", "[AP]M"],
  ["PM", "half", "[AP]M"],
  ["TZH", "zoneHour", String.raw`[+-]?\d{1,2}`],
  ["TZM", "zoneMinute", String.raw`\d{2}`],
];

interface Model {
  readonly form: RegExp;
  readonly parts: readonly Part[];
  readonly elements: readonly string[];
}

const models = new Map<string, Model | undefined>();
const mostModels = 100;

function modelOf(format: string): Model | undefined {
  if (models.has(format)) return models.get(format);
  const model = buildModel(format.toUpperCase());
  if (models.size < mostModels) models.set(format, model);
  return model;
}

/** undefined: the model holds an element that is not read here. */
function buildModel(format: string): Model | undefined {
  const parts: Part[] = [];
  const used: string[] = [];
  let form = "";
  for (let at = 0; at < format.length;) {
    const found = elements.find(([element]) => format.startsWith(element, at));
    if (found !== undefined) {
      at += found[0].length;
      if (found[0] === "FF" && /[1-9]/.test(format[at] ?? "")) at++;
      form += `(${found[2]})`;
      parts.push(found[1]);
      used.push(found[0]);
      continue;
    }
    const other = /^(?:"([^"]*)"|X|[-/,.;: ])/.exec(format.slice(at));
    if (other === null) return undefined;
    at += other[0].length;
    form += other[1] === undefined ? "[-/,.;: ]" : other[1].replaceAll(/[^\w ]/g, String.raw`\$&`);
  }
  if (new Set(parts).size !== parts.length) return undefined;
  return { form: new RegExp(`^${form}$`, "i"), parts, elements: used };
}

/**
 * `YYYY-MM-DD hh:mm:ss`, with fraction and offset as far as the model has them; undefined where text and model do not say the whole
 * date. Of RR the years 50 to 99 are the last century's; YY is this century's.
 */
export function readByModel(text: string, format: string): string | undefined {
  const model = modelOf(format);
  const match = model?.form.exec(text.trim());
  if (model === undefined || match === undefined || match === null) return undefined;
  const found: Found = new Map(model.parts.map((part, index) => [part, match[index + 1] ?? ""]));
  const date = dateOf(found, model.elements);
  const clock = clockOf(found);
  return date === undefined || clock === undefined ? undefined : `${date} ${clock}${offsetOf(found)}`;
}

function dateOf(found: Found, used: readonly string[]): string | undefined {
  const [year, month, day] = [found.get("year"), found.get("month"), found.get("day")];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const century = year.length === 4 ? 0 : used.includes("RR") && Number(year) >= 50 ? 1900 : 2000;
  const number = /^\d/.test(month) ? Number(month) : months.indexOf(month.slice(0, 3).toUpperCase()) + 1;
  const days = dayNumber(century + Number(year), number, Number(day));
  return days < 0 ? undefined : formatDay(days);
}

function clockOf(found: Found): string | undefined {
  const hour = hourOf(Number(found.get("hour") ?? 0), found.get("half"));
  const [minute, second] = [Number(found.get("minute") ?? 0), Number(found.get("second") ?? 0)];
  if (hour === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = found.get("fraction");
  const clock = [hour, minute, second].map((each) => String(each).padStart(2, "0")).join(":");
  return fraction === undefined ? clock : `${clock}.${fraction.replace(/(?<=\d{7})0+$/, "")}`;
}

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0);
}

function offsetOf(found: Found): string {
  const hours = found.get("zoneHour");
  if (hours === undefined) return "";
  const sign = hours.startsWith("-") ? "-" : "+";
  return ` ${sign}${hours.replace(/^[+-]/, "").padStart(2, "0")}:${found.get("zoneMinute") ?? "00"}`;
}
