/** From options to a server that was reached. */
import type { PoolClient, QueryConfig } from "pg";
import type { z } from "zod";
import { readDuration } from "../../recipe/quantities.ts";
import { formatAddress, readAddress } from "../server/address.ts";
import type { addressOptions } from "../server/address.ts";
import type { Relation, RelationName, Server, ServerSnapshot, Surroundings } from "../server/kind.ts";
import type { serverOptions } from "../server/options.ts";
import { describeRelation, readRelations } from "./catalog.ts";
import { failure } from "./failures.ts";
import type { Circumstance } from "./failures.ts";
import { form } from "./form.ts";
import { showRelation } from "./names.ts";
import { describeQuery } from "./query.ts";
import { readSchema } from "./schema.ts";
import { selectNothing } from "./select.ts";
import { Sessions } from "./session.ts";
import { PostgresSnapshot } from "./snapshot.ts";

type Options = z.infer<z.ZodObject<typeof addressOptions & typeof serverOptions>>;

/** Throws {@link Interrupted} or UserError, and leaves no connection open then. */
export async function connect(options: Options, { signal }: Surroundings): Promise<Server> {
  signal.throwIfAborted();
  const address = readAddress(options, form);
  const circumstance: Circumstance = { server: formatAddress(address) };
  const settings = { address, connections: options.connections, lockTimeout: readDuration(options.lockTimeout) };
  const sessions = new Sessions(settings, circumstance);
  const stop = () => void sessions.close();
  signal.addEventListener("abort", stop);
  const close = async () => {
    signal.removeEventListener("abort", stop);
    await sessions.close();
  };
  try {
    return await reach(sessions, circumstance, address.user, close);
  } catch (error) {
    await close();
    signal.throwIfAborted();
    throw failure(error, circumstance);
  }
}

async function reach(
  sessions: Sessions,
  circumstance: Circumstance,
  user: string,
  close: () => Promise<void>,
): Promise<Server> {
  const { version, warnings } = await sessions.within(introduce);
  const ask = async <Result>(about: Partial<Circumstance>, work: (client: PoolClient) => Promise<Result>) => {
    try {
      return await sessions.within(work);
    } catch (error) {
      throw failure(error, { ...circumstance, ...about });
    }
  };
  return {
    description: `PostgreSQL ${version} at ${circumstance.server}`,
    warnings,
    relations: () => ask({}, readRelations),
    describe: (name: RelationName) =>
      ask({ table: showRelation(name) }, (client) => describeRelation(client, name, user)),
    describeQuery: (query: string) => ask({ fragment: "query" }, (client) => describeQuery(client, query)),
    checkWhere: (relation: Relation, where: string) =>
      ask({ fragment: "where" }, async (client) => {
        await client.query({ text: selectNothing(relation, where), queryMode: "extended" } as QueryConfig);
      }),
    schema: () => ask({}, readSchema),
    snapshot: (given: { readonly like?: ServerSnapshot } = {}) =>
      PostgresSnapshot.begin(sessions, circumstance, sharable(given.like)),
    close,
  };
}

function sharable(like: ServerSnapshot | undefined): PostgresSnapshot | undefined {
  return like instanceof PostgresSnapshot ? like : undefined;
}

const introduction = `SELECT current_setting('server_version') AS version, current_setting('server_encoding') AS encoding,
  pg_is_in_recovery() AS "isStandby",
  to_char(pg_last_xact_replay_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "replayedTo"`;

interface Introduction {
  readonly version: string;
  readonly encoding: string;
  readonly isStandby: boolean;
  readonly replayedTo: string | null;
}

async function introduce(client: PoolClient): Promise<{ version: string; warnings: string[] }> {
  const { rows } = await client.query<Introduction>(introduction);
  const { version, encoding, isStandby, replayedTo } = rows[0] as Introduction;
  const behind = replayedTo === null ? "" : `; the last transaction that it has replayed is of ${replayedTo}`;
  return {
    version,
    warnings: [
      ...(encoding === "SQL_ASCII"
        ? ["the database says no encoding (SQL_ASCII): its text is read as UTF-8, and what is none is not readable"]
        : []),
      ...(isStandby ? [`the server is a standby${behind}`] : []),
    ],
  };
}
