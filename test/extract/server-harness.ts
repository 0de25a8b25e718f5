/** What the tests of every kind of server ask of one. */
import { expect } from "vitest";
import { UserError } from "../../src/errors.ts";
import type { Relation, RowBatch, Server, ServerColumn, ServerSnapshot } from "../../src/extract/server/kind.ts";
import type { RawValue } from "../../src/values/codec.ts";

export type Cells = readonly (RawValue | null)[];

interface Reading {
  readonly where?: string;
  readonly after?: readonly RawValue[];
  readonly upTo?: readonly RawValue[];
  readonly columns?: readonly ServerColumn[];
}

export function batchesOf(
  snapshot: ServerSnapshot,
  relation: Relation,
  reading: Reading = {},
): AsyncIterable<RowBatch> {
  const readable = relation.columns.filter(({ unread }) => unread === undefined);
  return snapshot.rows({
    relation,
    columns: reading.columns ?? readable,
    where: reading.where,
    after: reading.after,
    upTo: reading.upTo,
  });
}

export async function rowsOf(snapshot: ServerSnapshot, relation: Relation, reading: Reading = {}): Promise<Cells[]> {
  const rows: Cells[] = [];
  for await (const batch of batchesOf(snapshot, relation, reading)) rows.push(...batch);
  return rows;
}

/** All rows, in a snapshot of their own. */
export async function readAll(server: Server, relation: Relation, reading: Reading = {}): Promise<Cells[]> {
  const snapshot = await server.snapshot();
  try {
    return await rowsOf(snapshot, relation, reading);
  } finally {
    await snapshot.close();
  }
}

function keyOf(relation: Relation, row: Cells): RawValue[] {
  const names = relation.columns.filter(({ unread }) => unread === undefined).map(({ name }) => name);
  return relation.key.map((name) => row[names.indexOf(name)] as RawValue);
}

/** Reads on behind every `step`th row anew, as after a broken connection; no row may be missing or come twice. */
export async function readInSteps(server: Server, relation: Relation, step: number): Promise<Cells[]> {
  const snapshot = await server.snapshot();
  try {
    const rows: Cells[] = [];
    for (;;) {
      const last = rows.at(-1);
      const next = await rowsOf(snapshot, relation, last === undefined ? {} : { after: keyOf(relation, last) });
      if (next.length === 0) return rows;
      rows.push(...next.slice(0, step));
    }
  } finally {
    await snapshot.close();
  }
}

export async function userErrorOf(work: Promise<unknown>): Promise<UserError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}
