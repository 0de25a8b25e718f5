/** The type that a CAST or CONVERT names, with the codec that converts to it. */
import type { SqlType } from "../../schema/model.ts";
import { systemType } from "../../schema/tsql/system-types.ts";
import type { Scanner } from "../../tsql/scanner.ts";
import type { Codec } from "../../values/codec.ts";
import { codecFor } from "../../values/registry.ts";
import { Unreadable } from "./unreadable.ts";

export interface Target {
  readonly type: SqlType;
  readonly codec: Codec;
}

/** Words that continue a type's name: `double precision`, `national character varying`. */
const continuations = new Set(["PRECISION", "VARYING", "CHAR", "CHARACTER", "TEXT"]);
const sized = new Set(["char", "varchar", "nchar", "nvarchar", "binary", "varbinary"]);
/** What CAST and CONVERT take for a length that is not given ("CAST and CONVERT", `length`). */
const defaultLength = "30";

/** Scripts name few types, and name them for every row. */
const known = new Map<string, Target>();
const mostKnown = 1000;

/** Reads a type from the current token on and stops at the token after it. Throws Unreadable for one that is not known. */
export function readTarget(lexer: Scanner): Target {
  const name = readTypeName(lexer);
  const args = readArguments(lexer);
  const key = `${name}(${args.join(",")})`;
  const target = known.get(key) ?? buildTarget(name, args);
  if (known.size < mostKnown) known.set(key, target);
  return target;
}

function readTypeName(lexer: Scanner): string {
  if (!lexer.isName()) throw new Unreadable("converts to something that is no type");
  let name = lexer.text;
  lexer.next();
  if (lexer.isSymbol(".")) {
    lexer.next();
    if (name.toLowerCase() !== "sys")
      throw new Unreadable(`converts to ${name}.${lexer.text}, a type that is not known`);
    name = lexer.text;
    lexer.next();
  }
  for (; continuations.has(lexer.upper); lexer.next()) name += ` ${lexer.text}`;
  return name.toLowerCase();
}

function readArguments(lexer: Scanner): string[] {
  const args: string[] = [];
  if (!lexer.isSymbol("(")) return args;
  do {
    lexer.next();
    args.push(lexer.text.toLowerCase());
    lexer.next();
  } while (lexer.isSymbol(","));
  if (!lexer.isSymbol(")")) throw new Unreadable("converts to a type whose length does not end");
  lexer.next();
  return args;
}

function buildTarget(name: string, args: readonly string[]): Target {
  let type = systemType(name, args);
  if (typeof type === "object" && sized.has(type.name) && args.length === 0 && name !== "sysname")
    type = systemType(name, [defaultLength]);
  if (type === undefined) throw new Unreadable(`converts to ${name}, a type that is not known`);
  if (typeof type === "string") throw new Unreadable(type);
  return { type, codec: codecFor({ type }) };
}
