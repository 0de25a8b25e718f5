/** From options to a server that was reached. */
import sql from "mssql";
import { readDuration } from "../../recipe/quantities.ts";
import type { Relation, RelationName, Server, ServerSnapshot, Surroundings } from "../server/kind.ts";
import { addressOf, describeAddress } from "./address.ts";
import { describeRelation, readRelations } from "./catalog.ts";
import type { Ask, CatalogRow } from "./catalog.ts";
import { failure } from "./failures.ts";
import type { Circumstance } from "./failures.ts";
import type { MssqlOptions } from "./options.ts";
import { describeQuery } from "./query.ts";
import { readSchema } from "./schema.ts";
import { selectNothing } from "./select.ts";
import { Sessions } from "./session.ts";
import { MssqlSnapshot } from "./snapshot.ts";

const productNames: Readonly<Record<number, string>> = {
  8: "2000",
  9: "2005",
  10: "2008",
  11: "2012",
  12: "2014",
  13: "2016",
  14: "2017",
  15: "2019",
  16: "2022",
};

/** Throws {@link Interrupted} or UserError, and leaves no connection open then. */
export async function connect(options: MssqlOptions, { signal }: Surroundings): Promise<Server> {
  signal.throwIfAborted();
  const address = addressOf(options);
  const circumstance: Circumstance = { server: describeAddress(address) };
  const sessions = new Sessions(address, options, circumstance);
  const stop = (): void => void sessions.close();
  signal.addEventListener("abort", stop);
  const close = async (): Promise<void> => {
    signal.removeEventListener("abort", stop);
    await sessions.close();
  };
  try {
    await sessions.connect();
    return await introduce({ sessions, options, circumstance, close });
  } catch (error) {
    await close();
    signal.throwIfAborted();
    throw failure(error, circumstance);
  }
}

interface Reached {
  readonly sessions: Sessions;
  readonly options: MssqlOptions;
  readonly circumstance: Circumstance;
  readonly close: () => Promise<void>;
}

async function introduce({ sessions, options, circumstance, close }: Reached): Promise<Server> {
  const asking = <Result>(
    about: Partial<Circumstance>,
    work: (ask: Ask, request: () => sql.Request) => Promise<Result>,
  ) => askWithin(sessions, { ...circumstance, ...about }, work);
  const { product, version, name: called } = await asking({}, productOf);
  const allowsSnapshots = version >= 9 && !options.readUncommitted && (await asking({}, allowsSnapshot));
  return {
    description: `SQL Server ${product} (${called}) at ${circumstance.server}`,
    warnings: warningsOf(options, allowsSnapshots),
    relations: () => asking({}, readRelations),
    describe: (name: RelationName) =>
      asking({ table: `${name.schema}.${name.name}` }, (ask) => describeRelation(ask, name, version)),
    describeQuery: (query: string) => asking({ fragment: "query" }, (_, request) => describeQuery(request, query)),
    checkWhere: (relation: Relation, where: string) =>
      asking({ fragment: "where" }, async (_, request) => void (await request().query(selectNothing(relation, where)))),
    schema: () => asking({}, (ask) => readSchema(ask, version)),
    snapshot: () => begin(sessions, { allowsSnapshots, options, circumstance, version }),
    close,
  };
}

/** Databases of Azure say that they are a SQL Server 12 (2014), and know all that the newest one knows: SERVERPROPERTY, "EngineEdition". */
const azureEditions = new Set(["5", "8", "9", "11"]);

interface Product {
  /** As the server says it: `15.0.4123.1`. */
  readonly product: string;
  /** What it knows, as the major version of a SQL Server. */
  readonly version: number;
  /** As people call it. */
  readonly name: string;
}

async function productOf(ask: Ask): Promise<Product> {
  const [row] = await ask(
    "SELECT CONVERT(varchar(128), SERVERPROPERTY('ProductVersion')) AS [version], CONVERT(varchar(10), SERVERPROPERTY('EngineEdition')) AS [edition]",
  );
  const product = String(row?.["version"]);
  if (azureEditions.has(String(row?.["edition"]))) return { product, version: Infinity, name: "Azure SQL" };
  const version = Number.parseInt(product, 10);
  return { product, version, name: productNames[version] ?? "newer" };
}

async function askWithin<Result>(
  sessions: Sessions,
  circumstance: Circumstance,
  work: (ask: Ask, request: () => sql.Request) => Promise<Result>,
): Promise<Result> {
  const session = await sessions.begin(sql.ISOLATION_LEVEL.READ_COMMITTED);
  const request = (): sql.Request => new sql.Request(session.transaction);
  try {
    return await work(async (text) => (await request().query<CatalogRow>(text)).recordset, request);
  } catch (error) {
    throw failure(error, circumstance);
  } finally {
    await session.release();
  }
}

async function allowsSnapshot(ask: Ask): Promise<boolean> {
  const [row] = await ask("SELECT snapshot_isolation_state AS [state] FROM sys.databases WHERE database_id = DB_ID()");
  return row?.["state"] === 1;
}

function warningsOf({ readUncommitted }: MssqlOptions, allowsSnapshots: boolean): string[] {
  if (readUncommitted) return ["read uncommitted, as the recipe asks: rows may be missing, doubled or never have been"];
  return allowsSnapshots ? [] : ["the database allows no snapshots (ALLOW_SNAPSHOT_ISOLATION)"];
}

interface Beginning extends Pick<Reached, "options" | "circumstance"> {
  readonly allowsSnapshots: boolean;
  readonly version: number;
}

async function begin(
  sessions: Sessions,
  { allowsSnapshots, options, circumstance, version }: Beginning,
): Promise<ServerSnapshot> {
  const { SNAPSHOT, READ_COMMITTED, READ_UNCOMMITTED } = sql.ISOLATION_LEVEL;
  const session = await sessions.begin(
    allowsSnapshots ? SNAPSHOT : options.readUncommitted ? READ_UNCOMMITTED : READ_COMMITTED,
  );
  try {
    const clock = await new sql.Request(session.transaction).query<{ readAt: string }>(
      "SELECT CONVERT(varchar(23), GETUTCDATE(), 126) AS [readAt]",
    );
    const readAt = `${clock.recordset[0]?.readAt ?? ""}Z`;
    const state = { readAt, isConsistent: allowsSnapshots, version, patience: readDuration(options.statementTimeout) };
    return new MssqlSnapshot(session, state, circumstance);
  } catch (error) {
    await session.release();
    throw failure(error, circumstance);
  }
}
