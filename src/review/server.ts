/** Serves a review at this machine's own address, to whoever has its token. */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { UserError } from "../errors.ts";
import { reviewApp } from "./app.ts";
import type { ReviewSession } from "./session.ts";

export interface ServeOptions {
  /** Undefined, or 0: one that is free. */
  readonly port?: number | undefined;
  /** Ends the serving. */
  readonly signal?: AbortSignal | undefined;
  /** Told what went wrong within. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

export interface ServedReview {
  /** With the token: whoever has it may decide. */
  readonly url: string;
  /** Settles once nothing is served any more, whatever ended it. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

const host = "127.0.0.1";

/** Throws UserError for a port that cannot be had. */
export async function serveReview(session: ReviewSession, options: ServeOptions = {}): Promise<ServedReview> {
  const token = randomBytes(32).toString("base64url");
  const server = createServer();
  const port = await listening(server, options.port ?? 0);
  const app = reviewApp(session, { token, port, onFault: options.onFault });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  server.on("request", (request, response) => void listener(request, response));
  const ended = new Promise<void>((resolve) => server.once("close", resolve));
  const close = () => closed(server, ended);
  options.signal?.addEventListener("abort", () => void close(), { once: true });
  if (options.signal?.aborted === true) await close();
  return { url: `http://${host}:${port}/${token}/`, ended, close };
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(noPort(port, cause)));
    server.listen({ host, port, exclusive: true }, () => resolve((server.address() as AddressInfo).port));
  });
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "is in use by another program, perhaps by a review that still runs",
  EACCES: "is not for everybody: this system keeps it for its own services",
};

function noPort(port: number, cause: NodeJS.ErrnoException): UserError {
  return new UserError({
    what: `port ${port} of ${host} ${reasons[cause.code ?? ""] ?? "cannot be listened on"}`,
    remedy: "Give another with --port, or leave --port out: a free one is taken then",
    cause,
  });
}

async function closed(server: Server, ended: Promise<void>): Promise<void> {
  server.close();
  server.closeAllConnections();
  await ended;
}
