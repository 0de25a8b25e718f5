import type { DatabaseSchema } from "../../schema/model.ts";
import type { Ask } from "./session.ts";
export async function readSchema(_ask: Ask): Promise<DatabaseSchema> {
  return { tables: [], userTypes: [], boundObjects: [], skipped: {} };
}
