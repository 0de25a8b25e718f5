/** From options to a server that was reached. */
import type { z } from "zod";
import { readDuration } from "../../recipe/quantities.ts";
import { formatAddress, readAddress } from "../server/address.ts";
import type { addressOptions } from "../server/address.ts";
import type { Relation, RelationName, Server, Surroundings } from "../server/kind.ts";
import type { serverOptions } from "../server/options.ts";
import { describeRelation, readRelations } from "./catalog.ts";
import { failure } from "./failures.ts";
import type { Circumstance } from "./failures.ts";
import { form } from "./form.ts";
import { describeQuery } from "./query.ts";
import { readSchema } from "./schema.ts";
import { selectNothing } from "./select.ts";
import { Sessions } from "./session.ts";
import type { Session } from "./session.ts";
import { MysqlSnapshot } from "./snapshot.ts";

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
  const version = await sessions.within(
    async ({ ask }) => (await ask<{ version: string }>("SELECT VERSION() AS version"))[0]?.version ?? "",
  );
  const about = async <Result>(subject: Partial<Circumstance>, work: (session: Session) => Promise<Result>) => {
    try {
      return await sessions.within(work);
    } catch (error) {
      throw failure(error, { ...circumstance, ...subject });
    }
  };
  return {
    description: `${version.includes("MariaDB") ? "MariaDB" : "MySQL"} ${version} at ${circumstance.server}`,
    warnings: [],
    relations: () => about({}, ({ ask }) => readRelations(ask)),
    describe: (name: RelationName) =>
      about({ table: `${name.schema}.${name.name}` }, ({ ask }) => describeRelation(ask, name, user)),
    describeQuery: (query: string) => about({ fragment: "query" }, (session) => describeQuery(session, query)),
    checkWhere: (relation: Relation, where: string) =>
      about({ fragment: "where" }, async ({ ask }) => void (await ask(selectNothing(relation, where)))),
    schema: () => about({}, ({ ask }) => readSchema(ask)),
    snapshot: () => MysqlSnapshot.begin(sessions, circumstance),
    close,
  };
}
