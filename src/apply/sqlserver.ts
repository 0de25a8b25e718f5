/** SQL Server: scripts as sqlcmd runs them, batch by batch. */
import { addressOf, describeAddress } from "../extract/mssql/address.ts";
import type { MssqlOptions } from "../extract/mssql/options.ts";
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
  const { configOf } = await import("../extract/mssql/session.ts");
  const { BatchConnection } = await import("./sqlserver-connection.ts");
  const given = options as MssqlOptions;
  const address = addressOf(given);
  const settings = configOf(address, given);
  try {
    const writing = { ...settings.options, readOnlyIntent: false };
    const connection = await BatchConnection.open({ ...settings, options: writing });
    return { run: (batch) => connection.batch(batch).catch(refuse), close: () => connection.close() };
  } catch (error) {
    throw unreachable(describeAddress(address), error);
  }
}

/** What the server says has a number; what the driver says of its socket has none. */
function refuse(error: unknown): never {
  const { message, number } = error as Error & { readonly number?: unknown };
  throw LoadFailure.of(typeof number === "number" ? "refused" : "lost", message, error);
}

/** A data file stops where a transaction is open, as one is in a rehearsal. */
const openTransactionCheck =
  /^IF @@TRANCOUNT > 0\nBEGIN\n[^\n]*has an open transaction[^\n]*\n {2}SET NOEXEC ON\nEND(?:\nELSE |$)/;

const rehearsal: Rehearsal = {
  begin: "BEGIN TRANSACTION",
  rollback: "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION",
  within: (batch) => (/^(?:BEGIN|COMMIT) TRANSACTION$/.test(batch) ? "" : batch.replace(openTransactionCheck, "")),
};

export const sqlserverLoader: Loader = {
  dialect: "sqlserver",
  extractor: "mssql",
  rehearsal,
  statements,
  open,
};
