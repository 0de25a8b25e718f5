/** The dialects by their names in recipes. */
import type { Dialect, DialectId } from "./dialect.ts";
import { mysql } from "./mysql.ts";
import { oracle } from "./oracle.ts";
import { postgres } from "./postgres.ts";
import { sqlite } from "./sqlite.ts";
import { sqlserver } from "./sqlserver.ts";

export const dialects: Readonly<Record<DialectId, Dialect>> = { sqlserver, mysql, postgres, sqlite, oracle };
