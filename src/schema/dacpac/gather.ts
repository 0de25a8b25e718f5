/** The elements of a model by what they are to a table. They come in the order of their names: a key before its table. */
import type { ModelElement } from "./elements.ts";

/** What a table is made of. */
const roles = {
  SqlDatabaseOptions: "options",
  SqlTable: "tables",
  SqlUserDefinedDataType: "aliases",
  SqlUserDefinedType: "assemblyTypes",
  SqlPrimaryKeyConstraint: "primaryKeys",
  SqlUniqueConstraint: "uniqueKeys",
  SqlForeignKeyConstraint: "foreignKeys",
  SqlCheckConstraint: "checks",
  SqlDefaultConstraint: "defaults",
  SqlIndex: "indexes",
  SqlDmlTrigger: "triggers",
  SqlPermissionStatement: "permissions",
  SqlExtendedProperty: "descriptions",
} as const;

export type Role = (typeof roles)[keyof typeof roles];

/** Indexes and statistics whose statements are not put together. */
const notCarried = new Set([
  "SqlColumnStoreIndex",
  "SqlXmlIndex",
  "SqlSelectiveXmlIndex",
  "SqlSpatialIndex",
  "SqlFullTextIndex",
  "SqlStatistic",
]);

/** Kinds as the reader of scripts counts them; others by what they are called. */
const kinds: Readonly<Record<string, string>> = {
  SqlView: "view",
  SqlProcedure: "procedure",
  SqlScalarFunction: "function",
  SqlInlineTableValuedFunction: "function",
  SqlMultiStatementTableValuedFunction: "function",
  SqlSchema: "schema",
  SqlSequence: "sequence",
  SqlSynonym: "synonym",
  SqlDatabaseDdlTrigger: "trigger",
  SqlServerDdlTrigger: "trigger",
  SqlTableType: "type",
  SqlRole: "role",
  SqlUser: "user",
  SqlLogin: "login",
  SqlXmlSchemaCollection: "xml schema collection",
};

export class Gathered {
  readonly #byRole = new Map<Role, ModelElement[]>();
  readonly #skipped = new Map<string, number>();
  /** Elements of the kinds {@link notCarried}. */
  readonly left: ModelElement[] = [];

  add(element: ModelElement): void {
    const role = (roles as Readonly<Record<string, Role>>)[element.type];
    if (notCarried.has(element.type)) this.left.push(element);
    else if (role === undefined) this.skip(kinds[element.type] ?? element.type);
    else this.#list(role).push(element);
  }

  of(role: Role): readonly ModelElement[] {
    return this.#byRole.get(role) ?? [];
  }

  skip(kind: string): void {
    this.#skipped.set(kind, (this.#skipped.get(kind) ?? 0) + 1);
  }

  /** Counts by kind, in the kinds' alphabetical order. */
  get skipped(): Record<string, number> {
    return Object.fromEntries([...this.#skipped].toSorted(([left], [right]) => (left < right ? -1 : 1)));
  }

  #list(role: Role): ModelElement[] {
    const list = this.#byRole.get(role) ?? [];
    this.#byRole.set(role, list);
    return list;
  }
}
