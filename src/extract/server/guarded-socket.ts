/** Drivers take answers apart in the socket's own events, where an error of theirs would end the program. */
import type { Duplex } from "node:stream";
import { UserError } from "../../errors.ts";

/** An error that a listener throws over received data becomes the socket's, which its driver reports as any other. */
export function guardSocket(socket: Duplex): void {
  for (const listener of socket.listeners("data") as ((chunk: unknown) => void)[]) {
    socket.removeListener("data", listener);
    socket.on("data", (chunk: unknown) => {
      try {
        listener.call(socket, chunk);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
  }
}

const beyondStrings = "ERR_STRING_TOO_LONG";

/** The UserError for a cell that is longer than a string can be (about 512 million characters); undefined for other errors. */
export function cellTooLarge(error: Error, table: string | undefined): UserError | undefined {
  if ((error as NodeJS.ErrnoException).code !== beyondStrings) return undefined;
  return new UserError({
    what: "a cell is larger than this program can hold (512 MB of text, which 256 MB of binary may come as)",
    remedy: "Leave its column or its row out, with `columns`, `where` or `query`",
    ...(table === undefined ? {} : { where: { table } }),
    cause: error,
  });
}
