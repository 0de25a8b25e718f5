/** A truth made up from a seed. */
import { readTsqlSchema } from "../../schema/tsql/read.ts";
import type { Truth } from "./model.ts";
import { parentsFirst } from "./order.ts";
import { shopDdl } from "./shop/ddl.ts";
import { shopRows } from "./shop/rows.ts";
import type { ShopOptions, ShopTable } from "./shop/rows.ts";

/** The shop: six tables, some 2,000 rows at scale 1; the same options, the same rows. */
export function generateShop(options: ShopOptions): Truth {
  const rows = shopRows(options);
  const { tables } = readTsqlSchema(shopDdl, { file: "shop.sql" });
  return {
    ddl: shopDdl,
    tables: parentsFirst(tables).map((table) => ({ table, rows: rows[table.id as string as ShopTable] })),
  };
}
