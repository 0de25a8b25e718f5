/** What the TDS server asks of whatever stands behind it. */
import type { SqlType } from "../../../src/schema/model.ts";

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly application: string;
  /** `ApplicationIntent=ReadOnly`. */
  readonly isReadOnly: boolean;
  /** Of Windows: who proves to be whom by NTLM. */
  readonly domain?: string;
  /** Of Entra ID. */
  readonly token?: string;
  /** `7.1` to `7.4`. */
  readonly version: TdsVersion;
}

export type TdsVersion = "7.1" | "7.2" | "7.3" | "7.4";

/**
 * By the column's type: integers `number` or `bigint` · bit `boolean` or 0/1 · float, real `number` · decimal, money, dates, times exact text
 * (`2026-03-14 09:26:00.1234567 -05:00`) · uniqueidentifier text · strings, xml text · binary, rowversion, UDTs bytes · sql_variant {@link Variant}.
 */
export type TdsValue = null | boolean | number | bigint | string | Uint8Array | Variant;

export interface Variant {
  readonly base: SqlType;
  readonly value: Exclude<TdsValue, null | Variant>;
}

export interface ColumnMeta {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
}

export type Result =
  | {
      readonly kind: "rows";
      readonly columns: readonly ColumnMeta[];
      readonly rows: Iterable<readonly TdsValue[]> | AsyncIterable<readonly TdsValue[]>;
    }
  | { readonly kind: "done" };

export interface Session {
  /** Throws {@link ServerError}. */
  execute(sql: string, parameters: ReadonlyMap<string, TdsValue>): Iterable<Result> | AsyncIterable<Result>;
  transaction(kind: "begin" | "commit" | "rollback"): void;
  close(): void;
}

export interface Backend {
  /** Of the server, as LOGINACK says it: `[16, 0, 4135]` is SQL Server 2022. */
  readonly version: readonly [major: number, minor: number, build: number];
  /** Throws {@link ServerError} where the login may not. */
  connect(login: Login): Session;
}

/** An error of the server's own: severity 11 to 16 leaves the connection, from 20 on it is closed. */
export class ServerError extends Error {
  readonly number: number;
  readonly severity: number;

  constructor(number: number, message: string, severity = 16) {
    super(message);
    this.name = "ServerError";
    this.number = number;
    this.severity = severity;
  }
}
