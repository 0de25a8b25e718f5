/**
 * Who is let in: whoever has the token, at this machine's own address, from the review's own pages. What is refused is told
 * why; that a token is wrong is told to nobody.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler, Next } from "hono";
import { bodyLimit } from "hono/body-limit";
import { renderPlain, reviewPolicies } from "../page/review/frame.tsx";

export interface Door {
  /** A part of every address. */
  readonly token: string;
  /** What the server listens on. */
  readonly port: number;
}

/** Of a form, as it is sent: three bytes for one of the value's are usual. */
const mostOfBody = 4 * 1024 * 1024;

/** Sets the headers of every answer, whatever becomes of the request. */
export function headers(): MiddlewareHandler {
  const { content, referrer } = reviewPolicies();
  const always = {
    "Content-Security-Policy": `${content}; frame-ancestors 'none'`,
    "Referrer-Policy": referrer,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
  };
  return async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(always)) context.res.headers.set(name, value);
  };
}

/** A page of another name could be pointed at this machine (DNS rebinding): only its own names are answered. */
export function ownHost({ port }: Door): MiddlewareHandler {
  const ending = port === 80 ? "" : `:${port}`;
  const own = new Set(["127.0.0.1", "localhost"].map((name) => `${name}${ending}`));
  return async (context, next) => {
    if (own.has(context.req.header("host") ?? "")) return next();
    return refused(context, 403, "The review is at another address", [
      `It answers at 127.0.0.1${ending} and localhost${ending} alone.`,
    ]);
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Everything else looks the same from outside, near the token or not. */
export function ownToken({ token }: Door): MiddlewareHandler {
  const right = digest(token);
  return async (context, next) => {
    const given = new URL(context.req.url).pathname.split("/")[1] ?? "";
    return timingSafeEqual(digest(given), right) ? next() : nothingHere(context);
  };
}

export function nothingHere(context: Context): Response {
  return refused(context, 404, "There is nothing at this address", [
    "The address of the review holds a token that is new each time. The terminal in which `salvage review` runs shows it: open it from there.",
  ]);
}

/** Only a form of the review's own pages writes. */
export async function ownForm(context: Context, next: Next): Promise<Response | void> {
  const { req } = context;
  const [origin, site] = [req.header("origin"), req.header("sec-fetch-site")];
  const isOwn = origin === undefined || origin === `http://${req.header("host")}`;
  if (!isOwn || (site !== undefined && site !== "same-origin"))
    return refused(context, 403, "This came from another page", [
      "Decisions are only taken from the review's own pages. Nothing was written.",
    ]);
  const type = (req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded")
    return refused(context, 415, "This is no form of the review", ["Nothing was written."]);
  return next();
}

export const limitedBody = bodyLimit({
  maxSize: mostOfBody,
  onError: (context) =>
    refused(context, 413, "This is too long", [
      `A form may have ${mostOfBody / 1024 / 1024} MB. Nothing was written; go back to change it. Longer values can be given with \`salvage decide\`.`,
    ]),
});

/** A page that says why there is nothing else. */
export function refused(
  context: Context,
  status: 400 | 403 | 404 | 405 | 409 | 413 | 415 | 500,
  title: string,
  says: readonly string[],
): Response {
  return context.html(renderPlain(title, says), status);
}
