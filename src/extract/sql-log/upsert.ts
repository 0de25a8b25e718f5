/** ON CONFLICT and ON DUPLICATE KEY: what becomes of a row that is there already. */
import { sameName } from "../../schema/model.ts";
import type { Clauses, Given } from "./clauses.ts";

export type Conflict =
  | { readonly kind: "none" }
  | {
      readonly kind: "ignore";
      /** The columns of the key in question, where the statement says them. */
      readonly target?: readonly string[] | undefined;
      /** False: the row may be missing all the same. */
      readonly isWhole?: boolean;
    }
  | {
      readonly kind: "update";
      readonly target?: readonly string[] | undefined;
      readonly isWhole?: boolean;
      /** What the columns are set to, by what the row to be added holds. */
      set(added: ReadonlyMap<string, Given>): [string, Given][];
    };

const unknown = { kind: "ignore", isWhole: false } as const;

/** `VALUES(a)`, `EXCLUDED.a`, `new.a`: what the row to be added holds. */
const ofAdded = /^(?:VALUES\s*\(\s*[`"]?([^`"()]+?)[`"]?\s*\)|[`"]?(\w+)[`"]?\s*\.\s*[`"]?([^`".]+)[`"]?)$/i;

/** Reads what stands behind the rows. */
export function readConflict(clauses: Clauses): Conflict {
  const { lexer } = clauses;
  const alias = clauses.take("AS") && lexer.isName() ? lexer.text : "EXCLUDED";
  if (lexer.isName() && sameName(lexer.text, alias)) clauses.skipTo(() => clauses.isEnd || lexer.is("ON"));
  if (!clauses.take("ON")) return { kind: "none" };
  if (clauses.take("DUPLICATE")) {
    if (!clauses.take("KEY") || !clauses.take("UPDATE")) return unknown;
    return readUpdate(clauses, alias, undefined);
  }
  if (!clauses.take("CONFLICT")) return unknown;
  const target = lexer.isSymbol("(") ? readTarget(clauses) : undefined;
  if (!clauses.take("DO")) return unknown;
  if (clauses.take("NOTHING")) return { kind: "ignore", target };
  if (!clauses.take("UPDATE") || !clauses.take("SET")) return unknown;
  return readUpdate(clauses, alias, target);
}

function readTarget(clauses: Clauses): string[] {
  const names: string[] = [];
  do {
    clauses.lexer.next();
    names.push(clauses.column() ?? "");
  } while (clauses.lexer.isSymbol(","));
  clauses.takeSymbol(")");
  return names;
}

function readUpdate(clauses: Clauses, alias: string, target: readonly string[] | undefined): Conflict {
  const assignments = clauses.assignments();
  // With a WHERE of its own the row may stay as it was.
  if (assignments === undefined || clauses.lexer.is("WHERE")) return unknown;
  return {
    kind: "update",
    target,
    set: (added) => [...assignments].map(([name, given]) => [name, resolve(given, alias, added)]),
  };
}

function resolve(given: Given, alias: string, added: ReadonlyMap<string, Given>): Given {
  if (!("by" in given)) return given;
  const [, ofValues, owner, column] = ofAdded.exec(given.by) ?? [];
  const name = ofValues ?? (owner !== undefined && sameName(owner, alias) ? column : undefined);
  const found = name === undefined ? undefined : [...added].find(([each]) => sameName(each, name));
  return found?.[1] ?? given;
}
