/**
 * The rows of a server, from its capture: each file as it becomes whole, the tables in the recipe's order. The capture may lie there already, go on
 * in another thread, or be made here on the way.
 */
import { UserError } from "../../errors.ts";
import { Capturing, follow } from "../capture/capturing.ts";
import type { Followed } from "../capture/capturing.ts";
import { refuseAltered } from "../capture/folder.ts";
import type { ExtractContext, ObservationBatch, TableMapping } from "../extractor.ts";
import { captureServer } from "./capture.ts";
import type { ServerReading } from "./capture.ts";
import { readCaptured } from "./captured-rows.ts";
import { refuseNothing, TableFeed, tellOf } from "./feed.ts";
import { questionOf } from "./question.ts";
import { isAskedFor } from "./tables.ts";

export async function* readServer(reading: ServerReading, context: ExtractContext): AsyncGenerator<ObservationBatch> {
  const { capturing, stop } = beginCapture(reading, context);
  try {
    for (const mapping of context.mappings) yield* stageTable(mapping, capturing, context);
    // What fails when all is read fails still.
    while (await capturing.more());
    for (const warning of context.capture().warnings) context.warn(warning);
  } finally {
    await stop();
  }
}

export interface Begun {
  readonly capturing: Capturing;
  /** Resolves when nothing is read or written any more. */
  readonly stop: () => Promise<void>;
}

/** What `mappings` ask for is captured from now on, unless it is done elsewhere or the source is offline. */
export function beginCapture(reading: ServerReading, context: ExtractContext): Begun {
  const { capturing } = context;
  if (capturing !== undefined) return { capturing, stop: () => Promise.resolve() };
  const own = new Capturing();
  if (context.offline) {
    own.end();
    return { capturing: own, stop: () => Promise.resolve() };
  }
  const stopped = new AbortController();
  const signal = AbortSignal.any([context.signal, stopped.signal]);
  const { mappings } = context;
  const done = captureServer(reading, {
    mappings,
    signal,
    capture: () => context.capture(),
    progress: (rows, total) => context.progress(rows, total),
    changed: own.changed,
  }).then(
    () => own.end(),
    (error: unknown) => own.end(error),
  );
  return { capturing: own, stop: () => (stopped.abort(), done) };
}

async function* stageTable(
  mapping: TableMapping,
  capturing: Capturing,
  context: ExtractContext,
): AsyncGenerator<ObservationBatch> {
  let feed: TableFeed | undefined;
  const files = follow(() => context.capture(), [mapping.table.id, questionOf(mapping)], capturing);
  let next = await files.next();
  for (; next.done !== true; next = await files.next()) {
    context.signal.throwIfAborted();
    if (feed === undefined) {
      feed = new TableFeed(mapping, next.value.table, context.zone);
      refuseNothing(mapping, next.value.table, feed);
    }
    yield* stageFile(next.value, feed, context);
  }
  const captured = next.value;
  if (captured === undefined) throw notCaptured(context.capture().location);
  if (captured.relation === null) refuseAbsence(mapping);
  else tellOf(mapping, captured, feed ?? new TableFeed(mapping, captured, context.zone), context);
}

async function* stageFile(
  { file: whole }: Followed,
  feed: TableFeed,
  context: ExtractContext,
): AsyncGenerator<ObservationBatch> {
  const file = context.capture().evidence(whole);
  refuseAltered(file);
  for await (const captured of readCaptured(file)) {
    const records = captured.rows.length;
    context.read(records);
    if (feed.feeds) yield feed.batch(file, captured);
    else context.skip("feeds no target table", records);
  }
}

export function notCaptured(location: string): UserError {
  return new UserError({
    what: `not all that the recipe asks of ${location || "the server"} was captured`,
    remedy: "Run `salvage run` while the server answers; it asks only for what is missing",
  });
}

/** The capture says that there is no such table; the recipe may by now ask for it. */
function refuseAbsence(mapping: TableMapping): void {
  if (!isAskedFor(mapping)) return;
  throw new UserError({
    what: "the source had no such table when it was captured",
    where: { table: mapping.table.id },
    remedy: "Correct `from`, or have the source captured again with `salvage extract --recapture`",
  });
}
