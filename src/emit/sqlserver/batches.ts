/** The batches that every script shares: settings, the check of its encoding, guards, refusals. */
import { Fault } from "../../errors.ts";
import { nationalLiteral } from "./strings.ts";

/** SQL Server 2000 takes no longer text in RAISERROR. */
const longestMessage = 400;

/**
 * Indexed views and computed columns need exactly these settings, and sqlcmd starts with QUOTED_IDENTIFIER OFF (GOTCHAS 15).
 * A leftover ROWCOUNT or an implicit transaction of the session must not reach into the load either.
 */
export const settings = [
  "SET QUOTED_IDENTIFIER ON",
  "SET ANSI_NULLS ON",
  "SET ANSI_PADDING ON",
  "SET ANSI_WARNINGS ON",
  "SET ARITHABORT ON",
  "SET CONCAT_NULL_YIELDS_NULL ON",
  "SET NUMERIC_ROUNDABORT OFF",
  "SET IMPLICIT_TRANSACTIONS OFF",
  "SET ROWCOUNT 0",
  "SET XACT_ABORT ON",
  "SET NOCOUNT ON",
].join("\n");

/** `RAISERROR(N'…', 16, 1)`. The message holds no text of the data: only one literal is allowed here. */
export function raise(message: string): string {
  const literal = nationalLiteral(message.replaceAll("%", "%%"));
  if (message.length > longestMessage || !/^N'(?:[^']|'')*'$/.test(literal))
    throw new Fault(`RAISERROR cannot carry ${JSON.stringify(message)}`);
  return `RAISERROR(${literal}, 16, 1)`;
}

/** Says why, and lets nothing after it run in this session. */
function refusal(message: string): string {
  return `BEGIN\n  ${raise(message)}\n  SET NOEXEC ON\nEND`;
}

/** A check whose condition holds where the script must not go on. */
export interface Check {
  readonly condition: string;
  readonly message: string;
}

/** The first check whose condition holds stops the script. */
export function stopIf(checks: readonly Check[]): string {
  return checks.map(({ condition, message }) => `IF ${condition}\n${refusal(message)}`).join("\nELSE ");
}

/** A COMMIT of ours would only count it down. */
export const openTransaction: Check = {
  condition: "@@TRANCOUNT > 0",
  message: "tablesalvage: this session has an open transaction. Run the file in a new connection.",
};

/** The character says whether the tool read the file as it was written (GOTCHAS 24). */
export const encodingCheck = stopIf([
  {
    condition: "UNICODE(N'あ') <> 12354",
    message:
      "tablesalvage: this file was read in a wrong encoding, nothing was done. Give sqlcmd -f 65001, or open it with its encoding, in a new connection.",
  },
]);

/**
 * XACT_ABORT rolls the transaction back when a statement fails, but a tool goes on with the next batch, which would
 * commit by itself (GOTCHAS 25); a batch that does not compile fails without any rollback. Either stops here.
 */
const guard = guardSaying("no row of this file was kept");

/** Without a transaction around the file, what came before a failure is kept. */
const guardAlone = [
  "IF @@ERROR <> 0",
  "BEGIN",
  `  ${raise("tablesalvage: stopped, the rows before this are kept. Put right what is said above, then run the file again in a new connection.")}`,
  "  SET NOEXEC ON",
  "END",
].join("\n");

export function guardOf({ transaction }: { readonly transaction: "file" | "none" }): string {
  return transaction === "file" ? guard : guardAlone;
}

/** `outcome` is what a stop comes to. */
export function guardSaying(outcome: string): string {
  return [
    "IF @@ERROR <> 0 OR @@TRANCOUNT = 0",
    "BEGIN",
    "  IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION",
    `  ${raise(`tablesalvage: stopped, ${outcome}. Put right what is said above, then run the file again in a new connection.`)}`,
    "  SET NOEXEC ON",
    "END",
  ].join("\n");
}
