/** One script, from the pieces of its text to batches of observations. */
import type { ObservationBatch } from "../extractor.ts";
import { Batches } from "./batches.ts";
import { Feed } from "./feed.ts";
import { Flow } from "./flow.ts";
import type { Ledger } from "./ledger.ts";
import type { SqlScriptOptions } from "./options.ts";
import type { Routes } from "./routes.ts";
import { Script } from "./script.ts";
import { Session } from "./session.ts";
import { StatementReader } from "./statements.ts";

/** Yields the script's rows and enters everything else in the ledger. How the text is cut into pieces makes no difference. */
export async function* readScript(
  pieces: AsyncIterable<string>,
  options: SqlScriptOptions,
  routes: Routes,
  ledger: Ledger,
): AsyncGenerator<ObservationBatch> {
  const { file } = ledger;
  const batches = new Batches(file);
  const feed = new Feed(pieces, file.name);
  const { lexer } = feed;
  const session = new Session(options);
  const units = new StatementReader(new Script({ lexer, session, flow: new Flow(ledger), ledger, routes, batches }));
  try {
    while (await feed.run(units, () => batches.isReady)) yield* batches.take();
  } finally {
    await feed.close();
  }
  batches.flush();
  yield* batches.take();
  ledger.close();
}
