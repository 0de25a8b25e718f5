/** What goes wrong before anything is loaded. */
import { UserError } from "../errors.ts";

/** `server`: as people know it, without a password. */
export function unreachable(server: string, cause: unknown): UserError {
  const said = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new UserError({
    what: `the target ${server} cannot be reached: ${said}`,
    remedy: "Check host, port, database and login, and that the server answers; nothing of this script was run",
    cause,
  });
}
