/** A server in memory, whose connections break where a test wants it. For the reading that all kinds of servers share. */
import { z } from "zod";
import { Interrupted, defineServerKind } from "../../../src/extract/server/kind.ts";
import type { ReadRequest, Relation, RowBatch, ServerKind, ServerSnapshot } from "../../../src/extract/server/kind.ts";
import { serverOptions } from "../../../src/extract/server/options.ts";
import type { RawValue } from "../../../src/values/codec.ts";

type Row = readonly (RawValue | null)[];

export interface FakeTable {
  readonly columns: readonly { readonly name: string; readonly isInstant?: boolean }[];
  /** Names of the key columns; their cells are numbers or texts in code unit order. */
  readonly key: readonly string[];
  /** In key order. */
  readonly rows: readonly Row[];
  readonly limits?: readonly string[];
}

export interface FakeServer {
  readonly tables: Readonly<Record<string, FakeTable>>;
  /** How many rows come before the next break, again and again; none are left: nothing breaks. */
  readonly breaks?: number[];
  readonly isConsistent?: boolean;
  readonly sharesSnapshots?: boolean;
}

export interface Fake {
  readonly kind: ServerKind;
  readonly seen: { connects: number; snapshots: number; open: number; mostOpen: number; rows: number };
}

const batchSize = 7;

export function fakeServer(server: FakeServer): Fake {
  const seen = { connects: 0, snapshots: 0, open: 0, mostOpen: 0, rows: 0 };
  const take = (): ServerSnapshot => {
    seen.snapshots++;
    seen.mostOpen = Math.max(seen.mostOpen, ++seen.open);
    let isOpen = true;
    return {
      readAt: new Date(Date.UTC(2026, 2, 14) + seen.snapshots).toISOString(),
      isConsistent: server.isConsistent ?? true,
      rows: (request) => stream(server, request, seen),
      close: async () => {
        if (isOpen) seen.open--;
        isOpen = false;
      },
    };
  };
  const kind = defineServerKind({
    id: "fake",
    summary: "A server in memory.",
    options: z.strictObject({ ...serverOptions, at: z.string().default("memory") }),
    example: "fake:\n  extractor: fake\n",
    sharesSnapshots: server.sharesSnapshots ?? false,
    locate: ({ at }) => at,
    async connect() {
      seen.connects++;
      return {
        description: "a server in memory",
        warnings: [],
        relations: async () => Object.keys(server.tables).map((name) => ({ schema: "dbo", name })),
        describe: async ({ name }) => relationOf(name, server.tables[name] as FakeTable),
        describeQuery: async (sql) => ({
          ...relationOf(sql, server.tables[sql] as FakeTable),
          name: undefined,
          query: sql,
          key: [],
        }),
        checkWhere: async () => {},
        schema: async () => ({ tables: [], userTypes: [], boundObjects: [], skipped: {} }),
        snapshot: async () => take(),
        close: async () => {},
      };
    },
  });
  return { kind, seen };
}

function relationOf(name: string, { columns, key, rows, limits = [] }: FakeTable): Relation {
  return {
    name: { schema: "dbo", name },
    query: undefined,
    columns: columns.map((column) => ({ declaredType: "text", nullable: undefined, ...column })),
    key,
    estimatedRows: rows.length,
    limits,
  };
}

async function* stream(server: FakeServer, request: ReadRequest, seen: Fake["seen"]): AsyncGenerator<RowBatch> {
  const { name, query, key } = request.relation;
  const table = server.tables[query ?? name?.name ?? ""] as FakeTable;
  const indexes = key.map((column) => table.columns.findIndex((other) => other.name === column));
  const wanted = request.columns.map((column) => table.columns.findIndex((other) => other.name === column.name));
  const isBehind = (row: Row, than: readonly RawValue[]): boolean =>
    compare(
      indexes.map((index) => row[index] as RawValue),
      than,
    ) > 0;
  const rows = table.rows.filter(
    (row) =>
      (request.after === undefined || isBehind(row, request.after)) &&
      (request.upTo === undefined || !isBehind(row, request.upTo)),
  );
  for (let from = 0; from < rows.length; from += batchSize) {
    await new Promise((resolve) => setImmediate(resolve));
    const batch = rows.slice(from, from + batchSize);
    const whole = server.breaks === undefined ? batch.length : rowsBeforeBreak(server.breaks, batch.length);
    seen.rows += whole;
    if (whole > 0) yield batch.slice(0, whole).map((row) => wanted.map((index) => row[index] ?? null));
    if (whole < batch.length) throw new Interrupted("the connection broke");
  }
}

function rowsBeforeBreak(breaks: number[], wanted: number): number {
  const [left] = breaks;
  if (left === undefined) return wanted;
  if (left > wanted) {
    breaks[0] = left - wanted;
    return wanted;
  }
  breaks.shift();
  return Math.min(left, wanted - 1);
}

function compare(left: readonly RawValue[], right: readonly RawValue[]): number {
  for (const [index, one] of left.entries()) {
    const other = right[index] as RawValue;
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}
