/** `…;@p0 = 'x' [Type: String (4000:0:0)], @p1 = NULL [Type: Int32 (0:0:0)]`: quotes in values are not doubled. */
import { bindingName, noBindings, NotLogged, type Bindings, type Bound } from "../../parameters.ts";
import { timeOf } from "../../time.ts";

const beginning = /(?:;\s*|, )([@:?]?p\d+) = (?=\S)/g;
const whole = /^(NULL|'[\s\S]*'|[^'\s][^']*?)(?: \[Type: (\w+) \([-\d:]+\)\])?\s*$/;
/** NHibernate cuts texts behind so many characters, and says so by three dots. */
const longestText = 1000;
const isCut = (text: string): boolean => text.length > longestText && text.endsWith("...");
const endUnknown = new NotLogged("stands in the log so that its end cannot be told");

interface Part {
  readonly name: string;
  readonly from: number;
  readonly start: number;
}

/** The statement, and its parameters. */
export function splitParameters(command: string, zone: string): { readonly text: string; readonly bindings: Bindings } {
  const starts = [...command.matchAll(beginning)].map((found): Part => ({
    name: found[1] ?? "",
    start: found.index,
    from: found.index + found[0].length,
  }));
  const first = starts.findIndex(({ start }) => command.charAt(start) === ";");
  const parts = first < 0 ? [] : starts.slice(first);
  const [head] = parts;
  if (head === undefined) return { text: command, bindings: noBindings };
  // A value that holds what looks like the next parameter breaks the count.
  const isCertain = parts.every(
    ({ name, start }, index) => name.endsWith(`p${index}`) && (index === 0) === (command.charAt(start) === ";"),
  );
  const bindings = parts.map(({ name, from }, index): [string, Bound] => [
    bindingName(name),
    isCertain ? valueOf(command.slice(from, parts[index + 1]?.start), zone) : endUnknown,
  ]);
  return { text: command.slice(0, head.start), bindings: new Map(bindings) };
}

/** Why values of the type are not what the server was given: they are written by `ToString()`, in the program's own language. */
const losses: Readonly<Record<string, string>> = {
  Double: "the log rounds to 15 digits",
  Single: "the log rounds to 7 digits",
};

function valueOf(part: string, zone: string): Bound {
  const found = whole.exec(part);
  if (found === null) return endUnknown;
  const [, written = "", type = ""] = found;
  if (written === "NULL") return null;
  if (written.startsWith("'")) {
    const text = written.slice(1, -1);
    return isCut(text) ? new NotLogged("the log cuts behind 1,000 characters") : text;
  }
  const loss = losses[type];
  if (loss !== undefined) return new NotLogged(loss);
  if (written.startsWith("0x") || isCut(written))
    return written.endsWith("...") ? new NotLogged("the log cuts") : written;
  if (type === "Decimal" || type === "Currency") return written.replace(",", ".");
  return /^\d{1,4}[-/.]\d{1,2}[-/.]/.test(written) ? momentOf(written, zone) : written;
}

/** Older versions write moments as people of the program's language do, without their fraction of a second. */
function momentOf(text: string, zone: string): Bound {
  const isExact = /^\d{4}-\d\d-\d\dT/.test(text);
  return (
    (isExact ? timeOf(text, zone, undefined) : undefined) ??
    new NotLogged("the log writes without its fraction of a second")
  );
}
