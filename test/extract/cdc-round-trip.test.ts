/** Random histories, written in every format, read and replayed. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import cdc from "../../src/extract/cdc/index.ts";
import {
  finalState,
  histories,
  type HistoryEvent,
  type HistoryRow,
  historyColumns,
  replay,
  wallOf,
} from "../support/history.ts";
import { collectChanges, timedTable } from "./change-harness.ts";
import { evidenceFile, mapTable } from "./harness.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "cdc-"));
afterAll(() => rmSync(folder, { recursive: true }));

const table = timedTable("dbo.Goods", historyColumns);

interface Form {
  /** Beside `path`. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly write: (events: readonly HistoryEvent[]) => string;
}

function lines(messages: readonly unknown[]): string {
  return messages.map((message) => `${JSON.stringify(message)}\n`).join("");
}

function microsOf(wall: string): number {
  return Date.parse(`${wall.slice(0, 19).replace(" ", "T")}Z`) * 1000;
}

/** Two's complement, eight bytes. */
function base64Of(price: string): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(price.replace(".", "")));
  return bytes.toString("base64");
}

function debezium(row: HistoryRow | undefined) {
  if (row === undefined) return null;
  const { price, made } = row;
  return {
    ...row,
    price: price === null ? null : base64Of(price),
    made: made === null ? null : microsOf(made),
  };
}

const letters = { insert: "c", update: "u", delete: "d" } as const;

function envelope({ operation, at, before, after }: HistoryEvent) {
  const source = { connector: "mysql", db: "shop", table: "goods", ts_ms: at * 1000, snapshot: "false" };
  return { before: debezium(before), after: debezium(after), source, op: letters[operation], ts_ms: at * 1000 + 5 };
}

const rowFields = [
  { type: "int32", field: "id" },
  { type: "string", field: "name" },
  { type: "bytes", field: "price", name: "org.apache.kafka.connect.data.Decimal", parameters: { scale: "4" } },
  { type: "int64", field: "made", name: "io.debezium.time.MicroTimestamp" },
];
const schema = {
  type: "struct",
  fields: ["before", "after"].map((field) => ({ type: "struct", field, fields: rowFields })),
};

/** What differs from the row as it is, as Maxwell and Canal repeat it. */
function changed({ before, after }: HistoryEvent): Partial<HistoryRow> {
  return Object.fromEntries(
    Object.entries(before ?? {}).filter(([name, value]) => after?.[name as keyof HistoryRow] !== value),
  );
}

function texts(row: Partial<HistoryRow>): Record<string, string | null> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]));
}

const forms: Readonly<Record<string, Form>> = {
  "debezium with its schema, and tombstones": {
    write: (events) =>
      lines(
        events.flatMap((event) => [
          { schema, payload: envelope(event) },
          ...(event.operation === "delete" ? [{ schema: null, payload: null }] : []),
        ]),
      ),
  },
  "debezium without its schema, in an array": {
    options: { timePrecision: "microseconds", decimals: "precise" },
    write: (events) => JSON.stringify(events.map((event) => envelope(event))),
  },
  maxwell: {
    write: (events) =>
      lines(
        events.map((event) => ({
          database: "shop",
          table: "goods",
          type: event.operation,
          ts: event.at,
          data: event.after ?? event.before,
          ...(event.operation === "update" ? { old: changed(event) } : {}),
        })),
      ),
  },
  canal: {
    write: (events) =>
      lines(
        events.map((event) => ({
          data: [texts(event.after ?? event.before ?? {})],
          old: event.operation === "update" ? [texts(changed(event))] : null,
          database: "shop",
          table: "goods",
          es: event.at * 1000,
          ts: event.at * 1000 + 7,
          isDdl: false,
          type: event.operation.toUpperCase(),
        })),
      ),
  },
};

/** As a change table has it: two rows an update; `sequence` is the LSN. */
function changeRows(
  { operation, at, before, after }: HistoryEvent,
  sequence: number,
): Record<string, string | number | null>[] {
  const images = {
    insert: [[2, after]],
    delete: [[1, before]],
    update: [
      [3, before],
      [4, after],
    ],
  } as const;
  const lsn = sequence.toString(16).padStart(20, "0").toUpperCase();
  return images[operation].map(([code, row]) => ({
    __$start_lsn: `0x${lsn}`,
    __$seqval: `0x${lsn}`,
    __$operation: code,
    __$update_mask: "0x0F",
    ...(row as HistoryRow),
    tran_end_time: wallOf(at),
  }));
}

function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return "";
  return typeof value === "number" ? String(value) : `"${value.replaceAll('"', '""')}"`;
}

/** NULL is nothing, the empty string quotes. */
function csv(rows: readonly Record<string, string | number | null>[]): string {
  const header = [
    "__$start_lsn",
    "__$seqval",
    "__$operation",
    "__$update_mask",
    "id",
    "name",
    "price",
    "made",
    "tran_end_time",
  ];
  return [header, ...rows.map((row) => header.map((name) => cell(row[name])))]
    .map((cells) => `${cells.join(",")}\r\n`)
    .join("");
}

const changeTables: Readonly<Record<string, Form>> = {
  "change tables of SQL Server in CSV": {
    write: (events) => csv(events.flatMap((event, index) => changeRows(event, index))),
  },
  "change tables that are turned around": {
    write: (events) => csv(events.flatMap((event, index) => changeRows(event, index)).toReversed()),
  },
  "change tables of SQL Server in JSON": {
    options: { format: "sqlserver-cdc" },
    write: (events) => JSON.stringify(events.flatMap((event, index) => changeRows(event, index))),
  },
};

describe("a random history", () => {
  it.each(Object.entries({ ...forms, ...changeTables }))(
    "of %s replays to the same end",
    async (name, { options, write }) => {
      const file = path.join(folder, `${name.replaceAll(/\W+/g, "-")}.txt`);
      await fc.assert(
        fc.asyncProperty(histories, async (events) => {
          writeFileSync(file, write(events));
          const { changes, quarantined, warnings } = await collectChanges(
            cdc,
            { path: path.basename(file), ...options },
            { files: [evidenceFile(file, folder)], mappings: [mapTable(table)] },
          );
          expect(quarantined).toEqual([]);
          expect(warnings).toEqual(write(events) === "" ? [`${path.basename(file)}: the file is empty`] : []);
          expect(replay(changes, table)).toEqual(finalState(events));
          if (name in changeTables) return;
          const befores = changes.filter(({ isBefore }) => isBefore);
          expect(befores).toHaveLength(events.filter(({ before }) => before !== undefined).length);
        }),
        { numRuns: 60 },
      );
    },
  );
});
