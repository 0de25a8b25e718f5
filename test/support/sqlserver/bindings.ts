/** Which default and rule objects types and columns are bound to, from the calls in the model. */
import type { Column, DatabaseSchema, Table } from "../../../src/schema/model.ts";

export interface Bound {
  /** `dbo.D_Zero`, the object's number here. */
  readonly default?: string;
  readonly rule?: string;
}

const call = /sp_bin(default|drule) N'([^']*)', N'([^']*)'/;

function boundBy(calls: readonly string[], isTarget: (name: string) => boolean): Bound {
  const bound = calls.flatMap((sql) => {
    const [, kind = "", object = "", target = ""] = call.exec(sql) ?? [];
    return isTarget(plain(target)) ? [[kind === "default" ? kind : "rule", plain(object)]] : [];
  });
  return Object.fromEntries(bound) as Bound;
}

function plain(name: string): string {
  return name.replaceAll(/[[\]]/g, "");
}

/** Of a type: its calls concern nothing else. */
export function boundType({ userTypes }: DatabaseSchema, id: string | undefined): Bound {
  const type = userTypes.find(({ schema, name }) => `${schema}.${name}` === id);
  return boundBy(type?.bindings ?? [], () => true);
}

/** Of a column: by itself, else as its type. */
export function boundColumn(schema: DatabaseSchema, table: Table, column: Column): Bound {
  const calls = table.attachments.map(({ sql }) => sql);
  const own = boundBy(calls, (name) => name === `${table.schema}.${table.name}.${column.name}`);
  return { ...boundType(schema, column.userType), ...own };
}
