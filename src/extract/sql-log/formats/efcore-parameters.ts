/** `@p0='x' (Size = 4000), @p1=NULL (DbType = Int32)`: EF Core doubles no quote, so that where a value ends has to be found out. */
import { bindingName, NotLogged, type Bindings, type Bound } from "../parameters.ts";

const beginning = /(?:^|, )(@?\w+)=(?=NULL|')/g;
const whole = /^(?:NULL|'([\s\S]*)')((?: \([A-Za-z]+ = [^()]*\))*)$/;
const cutBytes = /^0x[0-9A-F]{64}\.\.\.$/;

interface Part {
  readonly name: string;
  readonly text: string;
}

/** `sql`: the statements that they belong to. */
export function readParameters(text: string, sql: string): Bindings {
  const parts = partsOf(text);
  const names = parts.map(({ name }) => bindingName(name));
  // A value that holds what looks like the next parameter.
  const isAmbiguous = new Set(names).size !== names.length || parts.some(({ name }) => !isUsed(name, sql));
  return new Map(
    parts.map(({ name, text: part }) => [
      bindingName(name),
      isAmbiguous ? new NotLogged("stands in the log so that its end cannot be told") : valueOf(part),
    ]),
  );
}

function isUsed(name: string, sql: string): boolean {
  return new RegExp(`[@:$]${bindingName(name)}(?!\\w)`, "i").test(sql);
}

/** What begins like a parameter is one where all before it ends like one. */
function partsOf(text: string): Part[] {
  const starts = [...text.matchAll(beginning)];
  const parts: Part[] = [];
  let open: { name: string; from: number } | undefined;
  for (const start of starts) {
    if (open !== undefined && !whole.test(text.slice(open.from, start.index))) continue;
    if (open !== undefined) parts.push({ name: open.name, text: text.slice(open.from, start.index) });
    open = { name: start[1] ?? "", from: start.index + start[0].length };
  }
  if (open !== undefined) parts.push({ name: open.name, text: text.slice(open.from) });
  return parts;
}

function valueOf(part: string): Bound {
  const found = whole.exec(part);
  if (found === null) return new NotLogged("stands in the log so that its end cannot be told");
  const [, value, attributes = ""] = found;
  if (/\(Direction = /.test(attributes)) return new NotLogged("is given by the server");
  if (value === undefined) return null;
  if (value === "?") return new NotLogged("the log hides");
  return cutBytes.test(value) ? new NotLogged("the log cuts behind 32 bytes") : value;
}

/** The first number of the generated names (`p0`), and the one behind the last; -1 where there are none. */
export function ordinalsOf(bindings: Bindings): { first: number; next: number } {
  const ordinals = [...bindings.keys()].flatMap((name) => (/^p\d+$/.test(name) ? [Number(name.slice(1))] : []));
  return ordinals.length === 0
    ? { first: -1, next: 0 }
    : { first: Math.min(...ordinals), next: Math.max(...ordinals) + 1 };
}
