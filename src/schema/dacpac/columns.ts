/** The columns of a table of a package's model. */
import type { Column } from "../model.ts";
import { children, flag, property, type ModelElement } from "./elements.ts";
import { lastName } from "./names.ts";
import { columnType, type TypeSources } from "./types.ts";

export interface PackagedColumn {
  readonly column: Column;
  /** The name of its type, where nobody here knows how its values lie in the data. */
  readonly unknownType?: string;
}

const collated = new Set(["char", "varchar", "text", "nchar", "nvarchar", "ntext"]);

export interface ColumnSurroundings extends TypeSources {
  /** The database's; undefined where the model does not say it. */
  readonly collation: string | undefined;
}

/** In the order of the model, which is the order of the data. */
export function readColumns(table: ModelElement, around: ColumnSurroundings): PackagedColumn[] {
  return children(table, "Columns").map((element, ordinal) =>
    element.type === "SqlComputedColumn" ? computedColumn(element, ordinal) : simpleColumn(element, ordinal, around),
  );
}

function computedColumn(element: ModelElement, ordinal: number): PackagedColumn {
  const expression = property(element, "ExpressionScript") ?? "";
  return {
    column: {
      name: lastName(element.name ?? ""),
      ordinal,
      type: { name: "sql_variant" },
      declaredType: `AS ${expression}`,
      nullable: true,
      computed: { expression, persisted: flag(element, "IsPersisted") },
    },
  };
}

function simpleColumn(element: ModelElement, ordinal: number, around: ColumnSurroundings): PackagedColumn {
  const { type, declaredType, userType, unknown } = columnType(element, around);
  const collation = collated.has(type.name) ? (property(element, "Collation") ?? around.collation) : undefined;
  const column: Column = {
    name: lastName(element.name ?? ""),
    ordinal,
    type,
    declaredType,
    ...(userType === undefined ? {} : { userType }),
    nullable: flag(element, "IsNullable", true),
    ...(collation === undefined ? {} : { collation }),
    ...identityOf(element),
    ...(flag(element, "IsRowGuidColumn") ? { rowGuid: true } : {}),
    ...(flag(element, "IsHidden") ? { hidden: true } : {}),
  };
  // A column of a kind that is not known may have any type.
  const unknownType = element.type === "SqlSimpleColumn" ? unknown : element.type;
  return { column, ...(unknownType === undefined ? {} : { unknownType }) };
}

function identityOf(element: ModelElement): Pick<Column, "identity"> {
  if (!flag(element, "IsIdentity")) return {};
  return {
    identity: {
      seed: property(element, "IdentitySeed") ?? "1",
      increment: property(element, "IdentityIncrement") ?? "1",
      notForReplication: flag(element, "IdentityIsNotForReplication"),
    },
  };
}
