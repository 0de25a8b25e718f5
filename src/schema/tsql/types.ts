/** The type of a column as a script declares it: a system type, a synonym, or a type that the script defines. */
import { closest, distance } from "fastest-levenshtein";
import { sameName, tableName, type SqlType, type TableName, type UserType } from "../model.ts";
import { skipParenthesized } from "./expression.ts";
import { qualify } from "./names.ts";
import type { Token, TokenReader } from "./reader.ts";
import { systemType, systemTypeNames } from "./system-types.ts";

export interface DeclaredType {
  readonly type: SqlType;
  /** The name as written, without its quotes, and its arguments: `nvarchar(40)`, `dbo.PhoneNumber`. */
  readonly declaredType: string;
  readonly userType?: TableName;
  /** What the type itself says of NULL; undefined where it leaves that to the column. */
  readonly nullable: boolean | undefined;
}

/** Words that continue the type name before them: `double precision`, `national character varying`. */
const continuations: Readonly<Record<string, readonly string[]>> = {
  DOUBLE: ["PRECISION"],
  NATIONAL: ["CHAR", "CHARACTER", "TEXT"],
  CHAR: ["VARYING"],
  CHARACTER: ["VARYING"],
  BINARY: ["VARYING"],
};

/** Types whose columns are NOT NULL where the declaration says nothing. */
const notNullByDefault = new Set(["sysname", "timestamp", "rowversion"]);

/** Reads a data type. Throws UserError for an unknown name (with the nearest one) and for arguments that do not fit. */
export function readDataType(reader: TokenReader, userTypes: readonly UserType[]): DeclaredType {
  const at = reader.token;
  const parts = readTypeName(reader);
  const name = parts.at(-1) ?? "";
  const args = isXml(parts) ? readXmlCollection(reader) : readArguments(reader);
  const own = findUserType(parts, userTypes);
  if (own !== undefined) {
    const userType = tableName(own.schema, own.name);
    return { type: own.type, declaredType: parts.join("."), userType, nullable: own.nullable };
  }
  const type = isSystemName(parts) ? systemType(name, args) : undefined;
  if (type === undefined) throw unknownType(reader, parts.join("."), userTypes, at);
  if (typeof type === "string") throw reader.fault(type, "Correct the column's type", at);
  return {
    type,
    declaredType: args.length === 0 ? parts.join(".") : `${parts.join(".")}(${args.join(",")})`,
    nullable: notNullByDefault.has(name.toLowerCase()) ? false : undefined,
  };
}

function readTypeName(reader: TokenReader): string[] {
  const first = reader.expectName("a data type");
  if (!reader.isSymbol(".")) return [readWords(reader, first)];
  const parts = [first.text];
  while (reader.takeSymbol(".")) parts.push(reader.expectName("a data type").text);
  return parts;
}

function readWords(reader: TokenReader, first: Token): string {
  const words = [first.text];
  for (let last = first.upper; continuations[last]?.includes(reader.token.upper);) {
    last = reader.token.upper;
    words.push(reader.token.text);
    reader.next();
  }
  return words.join(" ");
}

function isSystemName(parts: readonly string[]): boolean {
  return parts.length === 1 || (parts.length === 2 && sameName(parts[0] ?? "", "sys"));
}

function isXml(parts: readonly string[]): boolean {
  return isSystemName(parts) && sameName(parts.at(-1) ?? "", "xml");
}

function readArguments(reader: TokenReader): string[] {
  const args: string[] = [];
  if (!reader.takeSymbol("(")) return args;
  do {
    const isArgument = reader.token.kind === "number" || reader.is("MAX");
    if (!isArgument) throw reader.expected("a number or MAX");
    args.push(reader.token.text.toLowerCase());
    reader.next();
  } while (reader.takeSymbol(","));
  reader.expectSymbol(")");
  return args;
}

/** The schema collection constrains an xml column's content; its values are read as any other xml. */
function readXmlCollection(reader: TokenReader): string[] {
  if (reader.isSymbol("(")) skipParenthesized(reader);
  return [];
}

/** System types come first for a name of one part, as the server resolves it. */
function findUserType(parts: readonly string[], userTypes: readonly UserType[]): UserType | undefined {
  if (parts.length === 1 && systemTypeNames.includes((parts[0] ?? "").toLowerCase())) return undefined;
  const { id } = qualify(parts);
  return userTypes.find((candidate) => sameName(tableName(candidate.schema, candidate.name), id));
}

function unknownType(reader: TokenReader, name: string, userTypes: readonly UserType[], at: Token): Error {
  const nearest = closest(name.toLowerCase(), [...systemTypeNames, ...userTypes.map((own) => own.name)]);
  const isNear = distance(name.toLowerCase(), nearest.toLowerCase()) <= Math.max(1, Math.floor(name.length / 3));
  const hint = isNear ? `; did you mean ${nearest}?` : "";
  return reader.fault(
    `unknown data type ${name}${hint}`,
    "Use a type of SQL Server up to 2022, or define it before with CREATE TYPE … FROM",
    at,
  );
}
