import type { PoolClient } from "pg";
import type { DatabaseSchema } from "../../schema/model.ts";
export async function readSchema(_client: PoolClient): Promise<DatabaseSchema> {
  return { tables: [], userTypes: [], boundObjects: [], skipped: {} };
}
