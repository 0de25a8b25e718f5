/** Parameters that a log writes one behind the other without escaping what they hold: where a value ends has to be found out. */
import { bindingName, NotLogged, type Bindings, type Bound } from "../parameters.ts";

export interface ParameterForm {
  /** What begins a parameter; its first group is the name. Global. */
  readonly beginning: RegExp;
  /** What a parameter is, from behind its beginning to its end. */
  readonly whole: RegExp;
  readonly valueOf: (found: RegExpExecArray) => Bound;
}

interface Part {
  readonly name: string;
  readonly text: string;
}

const noEnd = "stands in the log so that its end cannot be told";

/** `sql`: the statements that they belong to. Where a value holds what looks like a parameter, none is known. */
export function readMarked(text: string, sql: string, { beginning, whole, valueOf }: ParameterForm): Bindings {
  const parts = partsOf(text, beginning, whole);
  const names = parts.map(({ name }) => bindingName(name));
  const isAmbiguous = new Set(names).size !== names.length || parts.some(({ name }) => !isUsed(name, sql));
  return new Map(
    parts.map(({ name, text: part }) => {
      const found = isAmbiguous ? null : whole.exec(part);
      return [bindingName(name), found === null ? new NotLogged(noEnd) : valueOf(found)];
    }),
  );
}

function isUsed(name: string, sql: string): boolean {
  return new RegExp(`[@:$?]${bindingName(name)}(?!\\w)`, "i").test(sql);
}

/** What begins like a parameter is one where all before it ends like one. */
function partsOf(text: string, beginning: RegExp, whole: RegExp): Part[] {
  const parts: Part[] = [];
  let open: { name: string; from: number } | undefined;
  for (const start of text.matchAll(beginning)) {
    if (open !== undefined && !whole.test(text.slice(open.from, start.index))) continue;
    if (open !== undefined) parts.push({ name: open.name, text: text.slice(open.from, start.index) });
    open = { name: start[1] ?? "", from: start.index + start[0].length };
  }
  if (open !== undefined) parts.push({ name: open.name, text: text.slice(open.from) });
  return parts;
}
