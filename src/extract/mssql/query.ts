/** What a recipe's query gives. */
import type sql from "mssql";
import type { Relation, ServerColumn } from "../server/kind.ts";
import { checkQuery } from "./fragments.ts";
import { unreadBecause } from "./types.ts";

/** The type as the driver has it, as far as the reading needs it. */
interface DriverColumn {
  readonly type: { readonly declaration?: string } | (() => { readonly declaration?: string });
  readonly nullable: boolean;
  readonly udt?: { readonly name: string };
}

/** Throws UserError for anything but one SELECT, and what the server says of it. */
export async function describeQuery(request: () => sql.Request, query: string): Promise<Relation> {
  checkQuery(query);
  const { recordset } = await request().query(`SELECT TOP 0 * FROM (${query}\n) AS q`);
  const columns = Object.entries(recordset.columns as unknown as Readonly<Record<string, DriverColumn>>);
  return {
    name: undefined,
    query,
    columns: columns.map(([name, column]) => columnOf(name, column)),
    key: [],
    estimatedRows: undefined,
    limits: [],
  };
}

function columnOf(name: string, { type, nullable, udt }: DriverColumn): ServerColumn {
  const declaredType = udt?.name ?? (type as { declaration?: string }).declaration ?? "nvarchar";
  const unread = unreadBecause(declaredType);
  return { name, declaredType, nullable, ...(unread === undefined ? {} : { unread }) };
}
