/** PostgreSQL: scripts as psql runs them, `COPY … FROM stdin` among their statements. */
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import type { Client } from "pg";
import type { AddressOptions } from "../extract/server/address.ts";
import { formatAddress, readAddress } from "../extract/server/address.ts";
import { form } from "../extract/postgres/form.ts";
import type { TargetDatabase } from "../verify/target/database.ts";
import { unreachable } from "./failures.ts";
import { LoadFailure } from "./loader.ts";
import type { Loader, LoadSession, Rehearsal } from "./loader.ts";

const copy = /^COPY [^\n]* FROM stdin/;
const copyEnd = "\\.";
/** psql's own commands, which are no SQL. */
const metaCommand = /^\\[a-z!]/;

/** What stands between two COPY blocks, and each block with its data, in the order of the script. */
function statements(script: Buffer): string[] {
  const pieces: string[] = [];
  let piece: string[] = [];
  let copies = false;
  const finish = (): void => {
    if (piece.some((line) => line.trim() !== "")) pieces.push(piece.join("\n"));
    piece = [];
  };
  for (const line of script.toString("utf8").split("\n")) {
    if (!copies && metaCommand.test(line)) continue;
    if (!copies && copy.test(line)) {
      finish();
      copies = true;
    }
    piece.push(line);
    if (!copies || line !== copyEnd) continue;
    finish();
    copies = false;
  }
  finish();
  return pieces;
}

async function open({ options }: TargetDatabase): Promise<LoadSession> {
  const { default: pg } = await import("pg");
  const { clientConfig } = await import("../extract/postgres/session.ts");
  const { from } = await import("pg-copy-streams");
  const address = readAddress(options as AddressOptions, form);
  const client = new pg.Client(clientConfig(address));
  // A connection that breaks is told of by the statement that waits for it.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw unreachable(formatAddress(address), error);
  }
  const copyIn = async (piece: string): Promise<void> => {
    const end = piece.indexOf("\n");
    const data = piece.slice(end + 1, piece.length - copyEnd.length);
    await pipeline(Readable.from(chunksOf(data)), client.query(from(piece.slice(0, end))));
  };
  return {
    run: async (piece) => {
      try {
        await (copy.test(piece) ? copyIn(piece) : client.query(piece));
      } catch (error) {
        throw failureOf(error);
      }
    },
    close: () => closed(client),
  };
}

const chunkLength = 1 << 16;

function* chunksOf(text: string): Generator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkLength) yield bytes.subarray(at, at + chunkLength);
}

async function closed(client: Client): Promise<void> {
  await client.end().catch(() => undefined);
}

/** What the server says has a SQLSTATE of five characters; what the driver says of its socket has none. */
function failureOf(error: unknown): LoadFailure {
  const { message, code } = error as Error & { readonly code?: unknown };
  const isSaid = typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && !/^(?:57P0|08)/.test(code);
  return LoadFailure.of(isSaid ? "refused" : "lost", message, error);
}

const rehearsal: Rehearsal = {
  begin: "BEGIN",
  rollback: "ROLLBACK",
  // The data of a COPY are no statements.
  within: (piece) => (copy.test(piece) ? piece : piece.replaceAll(/^(?:BEGIN|COMMIT);$/gm, "")),
};

export const postgresLoader: Loader = {
  dialect: "postgres",
  extractor: "postgres",
  rehearsal,
  statements,
  open,
};
