/** A kind of server as an extractor. */
import { z } from "zod";
import type { CheckContext, Extractor } from "../extractor.ts";
import { defineExtractor } from "../extractor.ts";
import { captureServer } from "./capture.ts";
import type { ServerReading } from "./capture.ts";
import type { Server, ServerKind } from "./kind.ts";
import { Link } from "./link.ts";
import { serverOptions } from "./options.ts";
import { readServer } from "./read.ts";
import { begunTable, planReading } from "./capture-table.ts";
import { refuseNothing, TableFeed } from "./feed.ts";
import { placed } from "./job.ts";
import { findRelation } from "./tables.ts";

/** What {@link serverOptions} come to in any kind's options. */
const shared = z.object(serverOptions);

/** How a source's options have a server read. */
export function readingOf<Schema extends z.ZodObject>(
  kind: ServerKind<Schema>,
  options: z.infer<Schema>,
): ServerReading {
  const { connections, retries, ranges = {} } = shared.parse(options);
  return {
    connect: (signal) => kind.connect(options, { signal }),
    locate: () => kind.locate(options),
    connections,
    retries,
    ranges: new Map(Object.entries(ranges)),
    sharesSnapshots: kind.sharesSnapshots,
  };
}

export function serverExtractor<Schema extends z.ZodObject>(kind: ServerKind<Schema>): Extractor<Schema> {
  return defineExtractor({
    id: kind.id,
    summary: kind.summary,
    options: kind.options,
    example: kind.example,
    captures: true,
    locate: (options) => kind.locate(options),
    readsSql: true,
    inputs: () => [],
    check: (options, context) => withServer(readingOf(kind, options), context, (server) => probe(server, context)),
    schema: (options, context) => withServer(readingOf(kind, options), context, (server) => server.schema()),
    capture: (options, context) => captureServer(readingOf(kind, options), context),
    extract: (options, context) => readServer(readingOf(kind, options), context),
  });
}

export async function withServer<Result>(
  { connect, locate, retries }: ServerReading,
  { signal }: Pick<CheckContext, "signal">,
  work: (server: Server) => Promise<Result>,
): Promise<Result> {
  const link = new Link({ connect: () => connect(signal), location: locate(), retries, signal });
  try {
    const server = await link.server();
    return await link.persist(() => work(server));
  } finally {
    await link.close();
  }
}

/** Everything that a person wrote is tried: tables, columns, `query`, `where`. No row is read. */
async function probe(server: Server, { mappings }: CheckContext): Promise<void> {
  for (const mapping of mappings)
    await placed(mapping, async () => {
      const relation = await findRelation(server, mapping);
      if (relation === undefined) return;
      const table = begunTable("", planReading(relation));
      refuseNothing(mapping, table, new TableFeed(mapping, table, "UTC"));
      if (mapping.where !== undefined) await server.checkWhere(relation, mapping.where);
    });
}
