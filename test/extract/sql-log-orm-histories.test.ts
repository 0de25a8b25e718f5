/** Random histories in the logs of NHibernate, Hibernate, Sequelize and knex, among what failed or was rolled back, read and replayed. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { inspect } from "node:util";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import sqlLog from "../../src/extract/sql-log/index.ts";
import { finalState, histories, historyColumns, type HistoryEvent, type HistoryRow } from "../support/history.ts";
import { collectChanges, timedTable } from "./change-harness.ts";
import { evidenceFile, mapTable } from "./harness.ts";
import { replay } from "./sql-log-replay.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "orm-"));
afterAll(() => rmSync(folder, { recursive: true }));

const table = timedTable("dbo.Goods", historyColumns);

/** With `?` where a value stands. */
interface Command {
  readonly sql: string;
  readonly values: readonly { readonly value: string | number | null; readonly column: keyof HistoryRow }[];
}

function commandOf({ operation, before, after }: HistoryEvent): Command {
  const id = { value: (after ?? before)?.id ?? 0, column: "id" } as const;
  const others = (["name", "price", "made"] as const).map((column) => ({ column, value: after?.[column] ?? null }));
  if (operation === "insert")
    return { sql: "INSERT INTO goods (name, price, made, id) VALUES (?, ?, ?, ?)", values: [...others, id] };
  if (operation === "delete") return { sql: "DELETE FROM goods WHERE id = ?", values: [id] };
  return { sql: "UPDATE goods SET name = ?, price = ?, made = ? WHERE id = ?", values: [...others, id] };
}

/** What comes of a command beside those of the history. */
type Fate = "done" | "committed" | "failed" | "rolled back";

interface Form {
  readonly dialect: string;
  readonly write: (command: Command, fate: Fate, turn: number) => string[];
}

function numbered(sql: string, mark: string, first: number): string {
  let next = first;
  return sql.replaceAll("?", () => `${mark}${next++}`);
}

const sequelize: Form = {
  dialect: "postgres",
  write: ({ sql, values }, fate, turn) => {
    const id = fate === "committed" || fate === "rolled back" ? `c0ffee00-0000-4000-8000-${turn}` : "default";
    const text = `${numbered(sql, "$", 1)};`;
    const run = `Executing (${id}): ${text} ${values.map(({ value }) => JSON.stringify(value)).join(", ")}`;
    const error = `Error\n    at Query.run (/srv/node_modules/sequelize/lib/query.js:50:25) {\n  name: 'SequelizeDatabaseError',\n  sql: ${inspect(text)}\n}`;
    if (id === "default") return fate === "failed" ? [run, error] : [run, "GET /goods 200"];
    const end = fate === "committed" ? "COMMIT" : "ROLLBACK";
    return [`Executing (${id}): START TRANSACTION;`, run, `Executing (${id}): ${end};`];
  },
};

const knexChannel: Form = {
  dialect: "postgres",
  write: ({ sql, values }, fate, turn) => {
    const id = fate === "committed" || fate === "rolled back" ? `trx${turn + 2}` : "undefined";
    const text = numbered(sql, "$", 1);
    const line = (query: string, bindings: unknown) => [
      `2026-03-01T10:00:00.000Z knex:query ${query} ${id}`,
      `2026-03-01T10:00:00.000Z knex:bindings ${inspect(bindings)} ${id}`,
    ];
    const run = line(
      text,
      values.map(({ value }) => value),
    );
    if (id === "undefined") return fate === "failed" ? [...run, `error: ${text} - it is refused`] : run;
    const end = fate === "committed" ? "COMMIT;" : "ROLLBACK";
    return [...line("BEGIN;", undefined), ...run, ...line(end, undefined)];
  },
};

const knexObjects: Form = {
  dialect: "mysql",
  write: ({ sql, values }, fate) => {
    const bindings = values.map(({ value }) => value);
    const printed = inspect({ method: "raw", bindings, sql, __knexQueryUid: "x" });
    // It shows no transactions: nothing that is rolled back can stand there.
    if (fate === "rolled back") return [];
    return fate === "failed" ? [printed, `${sql} - it is refused`] : [printed];
  },
};

const javaTypes = { id: "INTEGER", name: "VARCHAR", price: "NUMERIC", made: "TIMESTAMP" } as const;

const hibernate: Form = {
  dialect: "mysql",
  write: ({ sql, values }, fate, turn) => {
    const head = (level: string, logger: string) =>
      `2026-03-01 10:00:00,000 ${level} [worker-${turn % 2}] ${logger} - `;
    const step = head("DEBUG", "org.hibernate.engine.transaction.internal.TransactionImpl");
    const run = [
      head("DEBUG", "org.hibernate.SQL") + sql,
      ...values.map(
        ({ value, column }, at) =>
          `${head("TRACE", "org.hibernate.type.descriptor.sql.BasicBinder")}binding parameter [${at + 1}] as [${javaTypes[column]}] - [${value}]`,
      ),
    ];
    const failure = `${head("WARN", "org.hibernate.engine.jdbc.spi.SqlExceptionHelper")}SQL Error: 1062, SQLState: 23000`;
    if (fate === "done") return run;
    if (fate === "failed") return [...run, failure];
    if (fate === "rolled back") return [`${step}begin`, ...run, `${step}rolling back`];
    const committed = head("TRACE", "org.hibernate.resource.jdbc.internal.AbstractLogicalConnectionImplementor");
    return [
      `${step}begin`,
      `${step}committing`,
      ...run,
      `${committed}Transaction committed via JDBC Connection.commit()`,
    ];
  },
};

const netTypes = { id: "Int32", name: "String", price: "Currency", made: "DateTime2" } as const;

const nhibernate: Form = {
  dialect: "sqlserver",
  write: ({ sql, values }, fate, turn) => {
    const head = (level: string, logger: string) => `2026-03-01 10:00:00,000 [${turn % 2}] ${level} ${logger} - `;
    const step = head("DEBUG", "NHibernate.Transaction.AdoTransaction");
    const parameters = values.map(({ value, column }, at) => {
      const shown = column === "made" && typeof value === "string" ? value.replace(" ", "T") : value;
      const text = shown === null ? "NULL" : column === "name" ? `'${shown}'` : String(shown);
      return `@p${at} = ${text} [Type: ${netTypes[column]} (0:0:0)]`;
    });
    const run = `${head("DEBUG", "NHibernate.SQL")}${numbered(sql, "@p", 0)};${parameters.join(", ")}`;
    if (fate === "done") return [run];
    if (fate === "failed") return [run, `${head("ERROR", "NHibernate.Util.ADOExceptionReporter")}it is refused`];
    const end = fate === "committed" ? "IDbTransaction Committed" : "IDbTransaction RolledBack";
    return [`${step}Begin (Unspecified)`, run, step + end, `${step}IDbTransaction disposed.`];
  },
};

const forms = { sequelize, "knex, by channel": knexChannel, "knex, by object": knexObjects, hibernate, nhibernate };

/** What is written between the history's commands, and in what they stand. */
const surroundings = fc.array(
  fc.record({
    isAlone: fc.boolean(),
    noise: fc.option(
      fc.record({ id: fc.integer({ min: 1, max: 5 }), fate: fc.constantFrom<Fate>("failed", "rolled back") }),
    ),
  }),
  { minLength: 30, maxLength: 30 },
);

describe("random histories replay to the same end, as far as the log shows the values", () => {
  it.each(Object.entries(forms))("%s", async (name, { dialect, write }) => {
    const file = path.join(folder, `${name.replaceAll(/\W/g, "")}.log`);
    const format = name.split(",")[0];
    const isExact = format === "sequelize" || format === "knex";
    await fc.assert(
      fc.asyncProperty(histories, surroundings, async (events, around) => {
        const lines = events.flatMap((event, turn) => {
          const { isAlone, noise } = around[turn] ?? { isAlone: true, noise: null };
          const values = [{ value: noise?.id ?? 0, column: "id" as const }];
          const other =
            noise === null ? [] : write({ sql: "DELETE FROM goods WHERE id = ?", values }, noise.fate, 1000 + turn);
          return [...write(commandOf(event), isAlone ? "done" : "committed", turn), ...other];
        });
        writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
        const {
          changes,
          evidence = [],
          quarantined,
        } = await collectChanges(
          sqlLog,
          { path: "*", format, dialect },
          { files: [evidenceFile(file, folder)], mappings: [mapTable(table)] },
        );
        expect({ evidence, quarantined }).toEqual({ evidence: [], quarantined: [] });
        const rows = replay(changes, table);
        const expected = finalState(events);
        expect([...rows.keys()].toSorted()).toEqual([...expected.keys()].map(String).toSorted());
        for (const [id, row] of expected) {
          const { "#modifiedAt": _, ...known } = rows.get(String(id)) ?? {};
          expect(row).toMatchObject(known);
          expect(isExact ? Object.keys(known) : Object.keys(row)).toHaveLength(4);
        }
      }),
      { numRuns: 60 },
    );
  });
});
