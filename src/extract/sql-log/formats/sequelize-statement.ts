/** `INSERT … VALUES ($1,$2); 1, "x"`: what Sequelize executes, and its parameters in JSON where `logQueryParameters` says so. */
import { bindingName, noBindings, NotLogged, type Bindings, type Bound } from "../parameters.ts";

const elapsed = / Elapsed time: \d+ms\s*$/;
const place = /\$(\w+)|\?|@\w+/g;
/** What values begin and end with. */
const mayBegin = /["{\dtfn-]/;
const mayEnd = /["}\]\del]$/;
const mostTries = 100;
/** As Sequelize writes a moment for PostgreSQL and SQL Server. */
const zoned = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) ([+-]\d\d:\d\d)$/;
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export interface Executed {
  readonly text: string;
  readonly bindings: Bindings;
}

export function readExecuted(logged: string): Executed {
  const whole = logged.replace(elapsed, "").trimEnd();
  let tries = mayEnd.test(whole) ? mostTries : 0;
  for (let at = whole.indexOf("; "); at >= 0 && tries > 0; at = whole.indexOf("; ", at + 1)) {
    if (!mayBegin.test(whole[at + 2] ?? "")) continue;
    tries--;
    const text = whole.slice(0, at + 1);
    const bindings = readBindings(whole.slice(at + 2), countPlaces(text));
    if (bindings !== undefined) return { text, bindings };
  }
  return { text: whole, bindings: noBindings };
}

/** How many values the statement takes: a number may stand in several places. */
function countPlaces(text: string): number {
  const marks = [...text.matchAll(place)];
  const highest = Math.max(0, ...marks.map(([, number]) => Number(number ?? 0) || 0));
  return highest === 0 ? marks.length : highest;
}

/** Undefined where the text is no list of that many values, nor an object of them by name. */
function readBindings(text: string, count: number): Bindings | undefined {
  if (count === 0) return undefined;
  const byName = parse(text);
  if (typeof byName === "object" && byName !== null && !Array.isArray(byName) && !("type" in byName))
    return new Map(Object.entries(byName).map(([name, value]) => [bindingName(name), valueOf(value)]));
  const list = parse(`[${text}]`);
  if (!Array.isArray(list) || list.length !== count) return undefined;
  return new Map(list.map((value: unknown, at) => [String(at + 1), valueOf(value)]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function valueOf(value: unknown): Bound {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number") return String(value);
  if (typeof value === "string")
    return moment.test(value)
      ? new NotLogged("the log writes as a moment: the driver put it on a clock")
      : value.replace(zoned, "$1$2");
  return bytesOf(value) ?? new NotLogged("the log does not write as the server was given it: it is an object");
}

/** A Buffer in JSON. */
function bytesOf(value: unknown): Uint8Array | undefined {
  if (typeof value !== "object" || value === null || !("type" in value) || value.type !== "Buffer") return undefined;
  const data: unknown = "data" in value ? value.data : undefined;
  return Array.isArray(data) ? Uint8Array.from(data as number[]) : undefined;
}
