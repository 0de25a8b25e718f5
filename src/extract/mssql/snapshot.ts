/** One transaction: of one moment where the database allows snapshots, else as its rows are committed. */
import sql from "mssql";
import type { RawValue } from "../../values/codec.ts";
import { Interrupted } from "../server/kind.ts";
import type { ReadRequest, RowBatch, ServerColumn, ServerSnapshot } from "../server/kind.ts";
import { RowQueue } from "../server/row-queue.ts";
import { failure } from "./failures.ts";
import type { Circumstance } from "./failures.ts";
import { selectRows } from "./select.ts";
import type { Statement } from "./select.ts";
import type { Session } from "./session.ts";
import { readVariant } from "./variant.ts";
import { SilenceWatch } from "./silence.ts";

export interface SnapshotState {
  readonly readAt: string;
  readonly isConsistent: boolean;
  /** How long, in milliseconds, the next row may be awaited. */
  readonly patience: number;
  /** The server's major one. */
  readonly version: number;
}

export class MssqlSnapshot implements ServerSnapshot {
  readonly readAt: string;
  readonly isConsistent: boolean;
  readonly #patience: number;
  readonly #version: number;
  readonly #session: Session;
  readonly #circumstance: Circumstance;
  #isOver = false;

  constructor(
    session: Session,
    { readAt, isConsistent, patience, version }: SnapshotState,
    circumstance: Circumstance,
  ) {
    this.#session = session;
    this.readAt = readAt;
    this.isConsistent = isConsistent;
    this.#patience = patience;
    this.#version = version;
    this.#circumstance = circumstance;
  }

  async *rows(request: ReadRequest): AsyncGenerator<RowBatch> {
    const statement = selectRows(request, this.#version);
    if (this.#isOver) throw new Interrupted(`SQL Server at ${this.#circumstance.server}: the snapshot is over`);
    const variants = variantsAmong(request.columns);
    const { queue, cancel } = this.#send(statement);
    try {
      for (let batch = await queue.next(); batch !== undefined; batch = await queue.next())
        yield variants.length === 0 ? batch : batch.map((row) => withVariants(row, variants));
    } catch (error) {
      throw failure(error, { ...this.#circumstance, ...subject(request) });
    } finally {
      if (!queue.isOver) {
        cancel();
        await this.close();
      }
    }
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#session.release();
  }

  #send({ sql: text, parameters }: Statement): { queue: RowQueue; cancel: () => void } {
    const request = new sql.Request(this.#session.transaction);
    request.stream = true;
    request.arrayRowMode = true;
    for (const [name, value] of parameters) request.input(name, typeOf(value), value);
    // The transaction is free for its end only when the request is done, which an error comes before.
    let failed: { readonly error: unknown } | undefined;
    const watch = new SilenceWatch(this.#patience, () => {
      failed ??= { error: this.#silence() };
      request.cancel();
    });
    const queue = new RowQueue({
      pause: () => {
        watch.stop();
        request.pause();
      },
      resume: () => {
        watch.heard();
        request.resume();
      },
    });
    const finish = (fault = failed): void => {
      if (fault === undefined) queue.end();
      else queue.fail(fault.error);
      watch.stop();
    };
    request.on("row", (row: unknown) => {
      watch.heard();
      queue.push(row as RowBatch[number]);
    });
    request.on("error", (error) => (failed ??= { error }));
    request.on("done", () => finish());
    request.query(text).catch((error: unknown) => finish({ error }));
    return { queue, cancel: () => request.cancel() };
  }

  #silence(): Interrupted {
    return new Interrupted(
      `SQL Server at ${this.#circumstance.server}: no row came for ${this.#patience} ms (\`statementTimeout\`)`,
    );
  }
}

/** Keys are far shorter; 2000 knows no longer types. */
const [longestText, longestBinary] = [4000, 8000];

function typeOf(value: RawValue): sql.ISqlType | (() => sql.ISqlType) {
  if (typeof value === "number") return sql.Int;
  if (typeof value === "boolean") return sql.Bit;
  if (value instanceof Uint8Array) return sql.VarBinary(longestBinary);
  return sql.NVarChar(longestText);
}

function subject({ relation, where }: ReadRequest): Partial<Circumstance> {
  return {
    ...(relation.name === undefined ? {} : { table: `${relation.name.schema}.${relation.name.name}` }),
    ...(where === undefined ? (relation.query === undefined ? {} : { fragment: "query" }) : { fragment: "where" }),
  };
}

/** Their places in a row. */
function variantsAmong(columns: readonly ServerColumn[]): number[] {
  return columns.flatMap(({ declaredType }, index) => (declaredType === "sql_variant" ? [index] : []));
}

function withVariants(row: RowBatch[number], variants: readonly number[]): RowBatch[number] {
  return row.map((cell, index) => (variants.includes(index) && typeof cell === "string" ? readVariant(cell) : cell));
}
