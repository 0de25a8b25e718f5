/** Parameters of a statement, and where they stand in its text: `@p0`, `:name`, `$1`, `?`. */
import type { Scanner } from "../../tsql/scanner.ts";
import type { RawValue } from "../../values/codec.ts";
import type { Parameters } from "../sql-script/cells.ts";
import { Unreadable } from "../sql-script/unreadable.ts";

/** The log does not say what the value was, and why: `is hidden by the log`. */
export class NotLogged {
  /** Ends a sentence that begins with the parameter. */
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

export type Bound = RawValue | null | NotLogged;

/** By the name without its mark, in lower case; positional ones by their place, 1-based: `p0`, `1`. */
export type Bindings = ReadonlyMap<string, Bound>;

export const noBindings: Bindings = new Map();

const marks = new Set([":", "$", "?"]);

export function bindingName(name: string): string {
  return name.replace(/^[@:$?]/, "").toLowerCase();
}

/** Reads the parameters of one statement. `before`: how many `?` stand in front of it, in what the same values belong to. */
export class StatementParameters implements Parameters {
  readonly #bindings: Bindings;
  /** The place of every `?` by where it begins. */
  readonly #places: ReadonlyMap<number, number>;

  constructor(bindings: Bindings, places: ReadonlyMap<number, number>) {
    this.#bindings = bindings;
    this.#places = places;
  }

  read(lexer: Scanner): { readonly value: RawValue | null } | undefined {
    const shown = this.#take(lexer);
    if (shown === undefined) return undefined;
    const value = this.#bindings.get(bindingName(shown.name));
    if (value === undefined) throw new Unreadable(`uses ${shown.text}, whose value is not in the log`);
    if (value instanceof NotLogged) throw new Unreadable(`uses ${shown.text}, which ${value.reason}`);
    return { value };
  }

  #take(lexer: Scanner): { readonly name: string; readonly text: string } | undefined {
    const { kind, text, start, line } = lexer;
    if (kind === "variable") {
      if (!this.#bindings.has(bindingName(text))) return undefined;
      lexer.next();
      return { name: text, text };
    }
    if (kind !== "symbol" || !marks.has(text)) return undefined;
    const { end } = lexer;
    lexer.next();
    if (lexer.start === end && (lexer.kind === "word" || lexer.kind === "number")) {
      const name = lexer.text;
      lexer.next();
      return { name, text: text + name };
    }
    const place = text === "?" ? this.#places.get(start) : undefined;
    if (place !== undefined) return { name: String(place), text };
    lexer.reset({ position: start, line });
    lexer.next();
    return undefined;
  }
}
