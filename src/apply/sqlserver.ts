/** SQL Server: scripts as sqlcmd runs them, batch by batch. */
import type { ConnectionPool } from "mssql";
import { addressOf } from "../extract/mssql/connect.ts";
import type { MssqlOptions } from "../extract/mssql/options.ts";
import { formatAddress } from "../extract/server/address.ts";
import type { TargetDatabase } from "../verify/target/database.ts";
import { unreachable } from "./failures.ts";
import { LoadFailure } from "./loader.ts";
import type { Loader, LoadSession, Rehearsal } from "./loader.ts";

const utf16Mark = "fffe";
/** A line that ends a batch; our scripts have none within a literal or a comment (GOTCHAS 6). */
const separator = /^GO\r?$/m;

function statements(script: Buffer): string[] {
  const isUtf16 = script.subarray(0, 2).toString("hex") === utf16Mark;
  const text = isUtf16 ? script.subarray(2).toString("utf16le") : script.toString("utf8").replace(/^\ufeff/, "");
  return text
    .split(separator)
    .map((batch) => batch.trim())
    .filter((batch) => batch !== "");
}

async function open({ options }: TargetDatabase): Promise<LoadSession> {
  const { default: sql } = await import("mssql");
  const { configOf } = await import("../extract/mssql/session.ts");
  const given = options as MssqlOptions;
  const address = addressOf(given);
  const config = configOf(address, given);
  const pool = new sql.ConnectionPool({
    ...config,
    pool: { max: 1, min: 1 },
    options: { ...config.options, readOnlyIntent: false },
  });
  pool.on("error", () => undefined);
  try {
    await pool.connect();
  } catch (error) {
    throw unreachable(formatAddress(address), error);
  }
  return {
    run: (batch) => runBatch(pool, batch),
    close: () => pool.close().catch(() => undefined),
  };
}

/** As a batch of its own: `query` would go through sp_executesql, where a SET is lost (GOTCHAS 4). */
async function runBatch(pool: ConnectionPool, batch: string): Promise<void> {
  try {
    await pool.request().batch(batch);
  } catch (error) {
    const { message, number } = error as Error & { readonly number?: unknown };
    throw LoadFailure.of(typeof number === "number" ? "refused" : "lost", message, error);
  }
}

const rehearsal: Rehearsal = {
  begin: "BEGIN TRANSACTION",
  rollback: "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION",
  within: (batch) => (/^(?:BEGIN|COMMIT) TRANSACTION$/.test(batch) ? "" : batch),
};

export const sqlserverLoader: Loader = {
  dialect: "sqlserver",
  extractor: "mssql",
  rehearsal,
  statements,
  open,
};
