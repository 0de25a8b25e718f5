/** A review that is served, and requests to it as they are sent: without a browser's own headers unless they are given. */
import http from "node:http";
import { serveReview } from "../../src/review/server.ts";
import type { ServedReview } from "../../src/review/server.ts";
import type { ReviewSession } from "../../src/review/session.ts";

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One request; `Host` is the address's own unless it is given. */
export function ask(url: string, { method = "GET", headers = {}, body }: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** A form as a browser sends it. */
export function post(
  url: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
) {
  const type = { "Content-Type": "application/x-www-form-urlencoded" };
  return ask(url, { method: "POST", headers: { ...type, ...headers }, body: new URLSearchParams(fields).toString() });
}

/** What a page's form carries to tell what was looked at. */
export function seenIn(page: string): string {
  return /name="seen" value="([^"]*)"/.exec(page)?.[1] ?? "";
}

/** Serves a review while it is used; faults within fail the test. */
export async function whileServed<Result>(
  session: ReviewSession,
  use: (served: ServedReview) => Promise<Result>,
): Promise<Result> {
  const faults: unknown[] = [];
  const served = await serveReview(session, { onFault: (error) => faults.push(error) });
  let result: Result;
  try {
    result = await use(served);
  } finally {
    await served.close();
  }
  if (faults.length > 0) throw faults[0];
  return result;
}
