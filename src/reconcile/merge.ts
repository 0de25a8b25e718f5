/** The k-way merge: all sources of a table walked in key order, one key at a time (docs/decisions/0003). */
import type { StagedObservation } from "../stage/staged-observation.ts";
import { compareKeys } from "../values/key.ts";
import type { RowKey } from "../values/key.ts";
import { standingOf } from "./claims.ts";
import type { RowObservation, SourceStanding, Standing } from "./claims.ts";
import { placeInTime } from "./moment.ts";
import type { KeyEvidence, SetAside } from "./row.ts";

/** A source's observations of one table in key order. */
export interface OrderedSource {
  readonly source: Standing;
  readonly observations: Iterable<StagedObservation>;
}

export interface MergedKey {
  readonly key: RowKey;
  readonly evidence: KeyEvidence;
}

interface Cursor {
  readonly source: Standing;
  readonly iterator: Iterator<StagedObservation>;
  current: StagedObservation | undefined;
}

/** Yields every key once, in order, with all observations of it. `recoverTo`: the last good moment. */
export function* mergeByKey(sources: readonly OrderedSource[], recoverTo: number | undefined): Generator<MergedKey> {
  const cursors = sources.map((ordered) => startCursor(ordered));
  try {
    for (;;) {
      const key = lowestKey(cursors);
      if (key === undefined) return;
      const evidence = new Evidence(recoverTo);
      for (const cursor of cursors) takeKey(cursor, key, evidence);
      yield { key, evidence };
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

function takeKey(cursor: Cursor, key: RowKey, into: Evidence): void {
  while (cursor.current !== undefined && cursor.current.key === key) {
    into.add(standingOf(cursor.source, cursor.current), cursor.current);
    advance(cursor);
  }
}

/** Gathers the evidence of one key; late and foreign observations are set aside. */
export class Evidence implements KeyEvidence {
  readonly observations: RowObservation[] = [];
  readonly setAside: SetAside[] = [];
  readonly #recoverTo: number | undefined;

  constructor(recoverTo: number | undefined) {
    this.#recoverTo = recoverTo;
  }

  add(source: SourceStanding, staged: StagedObservation): void {
    const moment = placeInTime(source, staged, this.#recoverTo);
    if (typeof moment === "string") this.setAside.push({ source, staged, why: moment });
    else this.observations.push({ source, staged, moment });
  }
}

/**
 * For a table without a key: equal rows of one source are counted, so that the third of three equal rows meets the
 * third of another source, and the table gets as many as the source with the most has.
 */
export function* numberEqualRows<Row extends { readonly key: RowKey }>(observations: Iterable<Row>): Generator<Row> {
  let previous: RowKey | undefined;
  let ordinal = 0;
  for (const observation of observations) {
    ordinal = observation.key === previous ? ordinal + 1 : 0;
    previous = observation.key;
    // A blank sorts before every character of a key, so the order of the keys is kept.
    yield { ...observation, key: `${observation.key} ${String(ordinal).padStart(10, "0")}` };
  }
}
