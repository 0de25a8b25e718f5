/** The type of a column or of an alias type, as a package's model has it. */
import { tableName, type SqlType, type TableName, type UserType } from "../model.ts";
import { systemType } from "../tsql/system-types.ts";
import { children, flag, property, type ModelElement } from "./elements.ts";
import { lastName, objectName } from "./names.ts";

export interface PackagedType {
  readonly type: SqlType;
  readonly declaredType: string;
  readonly userType?: TableName;
  /** The type's name, where nobody here knows how its values lie in the data. */
  readonly unknown?: string;
}

export interface AliasType {
  readonly userType: UserType;
  /** Of the type that it stands for. */
  readonly unknown?: string;
}

/** What a model defines besides the server's own types. */
export interface TypeSources {
  readonly aliases: readonly AliasType[];
  /** Names of types that an assembly defines: their values are bytes. */
  readonly ofAssemblies: ReadonlySet<string>;
}

/** Values of a type that is not known are bytes, whatever they mean. */
const anyBytes: SqlType = { name: "varbinary", length: "max" };

const fractional = new Set(["time", "datetime2", "datetimeoffset"]);

/** What stands in a declaration's parentheses. The model leaves out what is zero. */
function argumentsOf(name: string, specifier: ModelElement): string[] {
  if (flag(specifier, "IsMax")) return ["max"];
  const [length, precision, scale] = ["Length", "Precision", "Scale"].map((each) => property(specifier, each));
  if (fractional.has(name)) return [scale ?? "0"];
  if (length !== undefined) return [length];
  if (precision === undefined) return [];
  return scale === undefined ? [precision] : [precision, scale];
}

/** The name of the type that an element with Length, Precision… refers to, in its brackets. */
function writtenName(element: ModelElement): string {
  const [reference] = element.references.get("Type") ?? [];
  return reference?.name ?? (element.type === "SqlXmlTypeSpecifier" ? "[xml]" : "");
}

function builtInType(element: ModelElement): PackagedType {
  const written = writtenName(element);
  const name = lastName(written).toLowerCase();
  const given = argumentsOf(name, element);
  const declaredType = given.length === 0 ? name || "unknown" : `${name}(${given.join(",")})`;
  const type = systemType(name, given);
  if (type !== undefined && typeof type !== "string") return { type, declaredType };
  return { type: anyBytes, declaredType, unknown: written || "none" };
}

export function columnType(column: ModelElement, known: TypeSources): PackagedType {
  const specifier = children(column, "TypeSpecifier")[0] ?? column;
  const written = writtenName(specifier);
  if (specifier.references.get("Type")?.[0]?.isBuiltIn === true) return builtInType(specifier);
  if (known.ofAssemblies.has(written)) return { type: anyBytes, declaredType: "varbinary(max)" };
  const { id } = objectName(written);
  const alias = known.aliases.find(({ userType }) => tableName(userType.schema, userType.name) === id);
  if (alias === undefined) return builtInType(specifier);
  const { userType, unknown } = alias;
  const declaredType = `${userType.schema}.${userType.name}`;
  return { type: userType.type, declaredType, userType: id, ...(unknown === undefined ? {} : { unknown }) };
}

/** `CREATE TYPE … FROM …`. */
export function aliasType(element: ModelElement): AliasType {
  const { schema, name } = objectName(element.name ?? "");
  const { type, declaredType, unknown } = builtInType(element);
  const nullable = flag(element, "IsNullable", true);
  const sql = `CREATE TYPE ${element.name ?? ""} FROM ${declaredType} ${nullable ? "NULL" : "NOT NULL"}`;
  return {
    userType: { schema, name, type, nullable, sql, bindings: [] },
    ...(unknown === undefined ? {} : { unknown }),
  };
}
