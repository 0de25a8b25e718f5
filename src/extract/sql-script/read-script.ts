/** One script, from the pieces of its text to batches of observations. */
import type { ObservationBatch } from "../extractor.ts";
import { Batches } from "./batches.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { Feed } from "./feed.ts";
import { Flow } from "./flow.ts";
import type { Ledger } from "./ledger.ts";
import type { SqlScriptOptions } from "./options.ts";
import type { Routes } from "./routes.ts";
import { Script } from "./script.ts";
import { Session } from "./session.ts";
import { StatementReader } from "./statement-reader.ts";

/** Strings of JavaScript end at 2^29 characters, and appending makes a copy. */
const longestUnit = 2 ** 28;

/** What a script is read by. */
export interface Reading {
  readonly options: Pick<SqlScriptOptions, "schema" | "dateFormat" | "quotedIdentifier">;
  readonly dialect: Dialect;
  readonly routes: Routes;
  /** On whose clock moments are read (IANA). */
  readonly zone: string;
}

/**
 * Yields the script's rows and enters everything else in the ledger. How the text is cut into pieces makes no difference. No record of more
 * than `longest` characters is held.
 */
export async function* readScript(
  pieces: AsyncIterable<string>,
  { options, dialect, routes, zone }: Reading,
  ledger: Ledger,
  longest = longestUnit,
): AsyncGenerator<ObservationBatch> {
  const batches = new Batches(ledger.file, dialect.id === "sqlserver");
  const session = new Session(options, dialect);
  const lexer = dialect.lexer("", session, false);
  const script = new Script({ lexer, session, flow: new Flow(ledger), ledger, routes, batches, zone, longest });
  const units = new StatementReader(script);
  const feed = new Feed(script, pieces, units);
  try {
    while (await feed.run(() => batches.isReady)) yield* batches.take();
  } finally {
    await feed.close();
  }
  batches.flush();
  yield* batches.take();
  ledger.close();
}
