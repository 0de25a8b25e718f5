/** A statement that is being read, and what it is read with. */
import type { ScriptTable } from "../sql-script/names.ts";
import type { Route } from "../sql-script/routes.ts";
import type { Session } from "../sql-script/session.ts";
import type { Clauses } from "./clauses.ts";
import type { RowReader } from "./rows.ts";

export interface Opened {
  readonly clauses: Clauses;
  readonly session: Session;
  readonly rows: RowReader;
  /** The target table that the table feeds, or the rule by which statements on it are passed over. */
  route(table: ScriptTable): Route | string;
}
