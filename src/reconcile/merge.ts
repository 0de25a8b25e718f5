/** The k-way merge: all sources of a table walked in key order, one key at a time (docs/decisions/0003). */
import type { StagedObservation } from "../stage/source-reader.ts";
import { compareKeys } from "../values/key.ts";
import type { RowKey } from "../values/key.ts";
import type { RowObservation, SourceStanding } from "./claims.ts";

/** A source's observations of one table in key order. */
export interface OrderedSource {
  readonly source: SourceStanding;
  readonly observations: Iterable<StagedObservation>;
}

export interface MergedKey {
  readonly key: RowKey;
  readonly observations: readonly RowObservation[];
}

interface Cursor {
  readonly source: SourceStanding;
  readonly iterator: Iterator<StagedObservation>;
  current: StagedObservation | undefined;
}

/** Yields every key once, in order, with all observations of it. */
export function* mergeByKey(sources: readonly OrderedSource[]): Generator<MergedKey> {
  const cursors = sources.map((ordered) => startCursor(ordered));
  try {
    for (;;) {
      const key = lowestKey(cursors);
      if (key === undefined) return;
      const observations: RowObservation[] = [];
      for (const cursor of cursors) takeKey(cursor, key, observations);
      yield { key, observations };
    }
  } finally {
    // An interrupted walk leaves queries open, and a store with an open query cannot be closed.
    for (const { iterator } of cursors) iterator.return?.();
  }
}

function startCursor({ source, observations }: OrderedSource): Cursor {
  const iterator = observations[Symbol.iterator]();
  const cursor: Cursor = { source, iterator, current: undefined };
  advance(cursor);
  return cursor;
}

function advance(cursor: Cursor): void {
  const next = cursor.iterator.next();
  cursor.current = next.done === true ? undefined : next.value;
}

function lowestKey(cursors: readonly Cursor[]): RowKey | undefined {
  let lowest: RowKey | undefined;
  for (const { current } of cursors)
    if (current !== undefined && (lowest === undefined || compareKeys(current.key, lowest) < 0)) lowest = current.key;
  return lowest;
}

function takeKey(cursor: Cursor, key: RowKey, into: RowObservation[]): void {
  while (cursor.current !== undefined && cursor.current.key === key) {
    into.push({ source: cursor.source, staged: cursor.current });
    advance(cursor);
  }
}

/**
 * For a table without a key: equal rows of one source are counted, so that the third of three equal rows meets the
 * third of another source, and the table gets as many as the source with the most has.
 */
export function* numberEqualRows(observations: Iterable<StagedObservation>): Generator<StagedObservation> {
  let previous: RowKey | undefined;
  let ordinal = 0;
  for (const observation of observations) {
    ordinal = observation.key === previous ? ordinal + 1 : 0;
    previous = observation.key;
    // A blank sorts before every character of a key, so the order of the keys is kept.
    yield { ...observation, key: `${observation.key} ${String(ordinal).padStart(10, "0")}` };
  }
}
