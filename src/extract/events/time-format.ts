/** Times in the form that a recipe declares: `dd/MMM/yyyy:HH:mm:ss Z`, or the name of a usual one. */
import { UserError } from "../../errors.ts";
import { fraction, type TimeFields, type Token, tokens } from "./time-fields.ts";

/** What a format reads of a text: fields of a clock, or a moment. */
export type WrittenTime = TimeFields | { readonly epochMillis: number; readonly fraction: string };

/** Undefined: the text is not of this form. */
export type TimeFormat = (text: string) => WrittenTime | undefined;

const named: Readonly<Record<string, string>> = {
  apache: "dd/MMM/yyyy:HH:mm:ss Z",
  apacheError: "EEE MMM dd HH:mm:ss.S yyyy",
  syslog: "MMM d HH:mm:ss",
  log4j: "yyyy-MM-dd HH:mm:ss,SSS",
};

const timeFormatNames: readonly string[] = ["iso", "sql", "epoch", "epochMillis", ...Object.keys(named)];

const iso =
  /^(?<year>\d{4})-?(?<month>\d\d)-?(?<day>\d\d)(?:[T ](?<hour>\d\d):?(?<minute>\d\d)(?::?(?<second>\d\d)(?:[.,](?<fraction>\d{1,12}))?)?)?\s?(?<offset>Z|[+-]\d\d(?::?\d\d)?)?$/;

function readIso(text: string): TimeFields | undefined {
  const groups = iso.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { fraction: behind, offset, ...counted } = groups;
  const fields: TimeFields = Object.fromEntries(
    Object.entries(counted).map(([name, digits]) => [name, Number(digits ?? 0)]),
  );
  if (behind !== undefined) fields.fraction = behind;
  if (offset !== undefined) fields.offset = offset;
  return fields;
}

const epochNumber = /^(\d{1,12})(?:[.,](\d{1,12}))?$/;
const millisNumber = /^(\d{1,15})$/;

function readEpoch(text: string): WrittenTime | undefined {
  const [, seconds, behind = ""] = epochNumber.exec(text) ?? [];
  return seconds === undefined ? undefined : { epochMillis: Number(seconds) * 1000, fraction: behind };
}

function readMillis(text: string): WrittenTime | undefined {
  if (!millisNumber.test(text)) return undefined;
  const millis = Number(text);
  return { epochMillis: millis - (millis % 1000), fraction: String(millis % 1000).padStart(3, "0") };
}

const special: Readonly<Record<string, TimeFormat>> = {
  iso: readIso,
  sql: readIso,
  epoch: readEpoch,
  epochMillis: readMillis,
};

/** Letters of one kind, a quoted text, or a character that stands for itself. */
const piece = /'(?<quoted>[^']*)'|(?<letters>([A-Za-z])\3*)|(?<other>.)/gsu;

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}

function tokenFor(letters: string): Token | undefined {
  if (/^S+$/.test(letters)) return fraction;
  return Object.hasOwn(tokens, letters) ? tokens[letters] : undefined;
}

function refuse(format: string, letters: string): never {
  throw new UserError({
    what: `the time format ${JSON.stringify(format)} has "${letters}", which stands for nothing`,
    remedy: `It knows ${Object.keys(tokens).join(", ")} and S, text in single quotes, and the names ${timeFormatNames.join(", ")}`,
  });
}

const monthLetters = ["MMMM", "MMM", "MM", "M"];
const dayLetters = ["dd", "d"];

function refuseDayless(format: string, read: readonly Token[]): void {
  const has = (letters: readonly string[]) => letters.some((name) => read.includes(tokens[name] as Token));
  if (has(monthLetters) && has(dayLetters)) return;
  throw new UserError({
    what: `the time format ${JSON.stringify(format)} says no ${has(monthLetters) ? "day" : "month"}`,
    remedy: `Write where month (MM) and day (dd) stand, or name one of ${timeFormatNames.join(", ")}`,
  });
}

/** A point in front of a fraction may be a comma as well, and the other way round. */
const mark = /(?:\\\.|,)$/;

function compile(format: string): TimeFormat {
  const read: Token[] = [];
  let expression = "";
  for (const { groups = {} } of format.matchAll(piece)) {
    const { quoted, letters, other } = groups;
    const token = letters === undefined ? undefined : tokenFor(letters);
    if (token === undefined && letters !== undefined && letters !== "T") refuse(format, letters);
    if (token === fraction) expression = expression.replace(mark, "[.,]");
    expression += token === undefined ? escape(quoted ?? letters ?? other ?? "") : `(${token.expression})`;
    if (token !== undefined) read.push(token);
  }
  refuseDayless(format, read);
  return formatOf(new RegExp(`^${expression}$`, "i"), read);
}

function formatOf(expression: RegExp, read: readonly Token[]): TimeFormat {
  return (text) => {
    const match = expression.exec(text);
    if (match === null) return undefined;
    const fields: TimeFields = {};
    for (const [index, token] of read.entries()) token.read(match[index + 1] ?? "", fields);
    return fields;
  };
}

/** Throws UserError for a format that says nothing of the day or has letters without a meaning. */
export function timeFormat(format: string): TimeFormat {
  return (Object.hasOwn(special, format) ? special[format] : undefined) ?? compile(named[format] ?? format);
}
