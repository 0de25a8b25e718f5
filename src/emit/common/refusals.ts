/** What no emitter can write. */
import { UserError } from "../../errors.ts";

/** A file that stopped half way could not be run again: its first rows are there. */
export function needsTransactions(): UserError {
  return new UserError({
    what: "scripts without transactions cannot stop at rows that are there already",
    remedy: "Give --if-exists skip too, or leave the transactions on",
  });
}
