/** `@p0 = 'x' [Type: String (4000:0:0)], @p1 = 5 [Type: Int32 (0:0:0)]`, and `@p0 = 'x', @p1 = '5'` before NHibernate 3. */
import { NotLogged, noBindings, type Bindings, type Bound } from "../parameters.ts";
import { readMarked, type ParameterForm } from "./marked-parameters.ts";

const behindStatement = /;\s*(?=[@:?]?p\d+ = )/;
const beginning = /(?:^|,\s*)([@:?]?p\d+) = /g;
const typed: ParameterForm = {
  beginning,
  whole: /^(?:NULL|'([\s\S]*)'|([^'[\]]*)) \[Type: (\w+)(?: \([^)]*\))?\]\s*$/,
  valueOf: ([, text, plain, type = ""]) => typedValue(text, plain, type),
};
const untyped: ParameterForm = { beginning, whole: /^'([\s\S]*)'\s*$/, valueOf: ([, text = ""]) => untypedValue(text) };

/** NHibernate cuts texts behind 1000 characters, and puts three dots there. */
const cutLength = 1003;
const wallClock = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/;
const asWritten = new Set([
  "Byte",
  "SByte",
  "Int16",
  "Int32",
  "Int64",
  "UInt16",
  "UInt32",
  "UInt64",
  "Boolean",
  "Guid",
  "Time",
]);

export interface Command {
  readonly text: string;
  readonly bindings: Bindings;
}

/** A statement with what stands behind it. */
export function readCommand(logged: string): Command {
  const found = behindStatement.exec(logged);
  if (found === null) return { text: logged, bindings: noBindings };
  const text = logged.slice(0, found.index);
  const rest = logged.slice(found.index + found[0].length).trimEnd();
  const bindings = readMarked(rest, text, rest.includes("[Type: ") ? typed : untyped);
  return { text, bindings: text.includes("\n") ? withoutQuotes(bindings) : bindings };
}

/** The formatter moves blanks in what it takes for no text: where a text holds a quote, its inside lies outside. */
function withoutQuotes(bindings: Bindings): Bindings {
  const doubt = new NotLogged("holds a quote, so that the log's formatting may have changed it");
  return new Map(
    [...bindings].map(([name, value]) => [name, typeof value === "string" && value.includes("'") ? doubt : value]),
  );
}

function typedValue(text: string | undefined, plain: string | undefined, type: string): Bound {
  if (text !== undefined)
    return text.length === cutLength && text.endsWith("...")
      ? new NotLogged("the log cuts behind 1000 characters")
      : text;
  if (plain === undefined) return null;
  if (asWritten.has(type)) return plain;
  if (/^(?:Decimal|Currency|VarNumeric)$/.test(type)) return plain.replace(",", ".");
  if (type === "Binary") return plain.endsWith("...") ? new NotLogged("the log cuts behind 128 bytes") : plain;
  if (type.startsWith("Date") && wallClock.test(plain)) return plain;
  return new NotLogged(`the log does not write exactly: it is of the type ${type}`);
}

/** Neither NULL nor moments nor fractions can be told from texts there. */
function untypedValue(text: string): Bound {
  return /^-?\d+$/.test(text) ? text : new NotLogged("the log writes without its type");
}
