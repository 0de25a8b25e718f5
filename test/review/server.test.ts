/** The review over real HTTP: who is let in, what is refused, what is told. */
import fs from "node:fs";
import http from "node:http";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { serveReview } from "../../src/review/server.ts";
import { userErrorOf } from "../extract/server-harness.ts";
import { FakeSession, exampleGroups, hostile } from "./fake-session.ts";
import { ask, post, seenIn, whileServed } from "./http.ts";
import { decisionsOf, review, runPeople } from "./people.ts";

const anna = { by: "anna", why: "called them" };
const form = "application/x-www-form-urlencoded";

function fake(): FakeSession {
  return new FakeSession(exampleGroups());
}

describe("who is let in", () => {
  it("answers on this machine alone, below a token that is new each time", async () => {
    const [one, other] = await whileServed(fake(), ({ url }) =>
      whileServed(fake(), (second) => Promise.resolve([url, second.url])),
    );
    expect(one).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/$/);
    expect(other?.split("/")[3]).not.toBe(one?.split("/")[3]);
  });

  it("tells nothing without the token, and nothing of how near one is", async () => {
    const session = fake();
    await whileServed(session, async ({ url }) => {
      const { origin, pathname } = new URL(url);
      const near = `${pathname.slice(0, -2)}_/`;
      const answers = await Promise.all(
        ["/", "/favicon.ico", "/item/1", "//", near, `${pathname.slice(0, -2)}/item/1`, `/x${pathname}`].map((path) =>
          ask(origin + path),
        ),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(answers[0]?.text).toContain("<code><bdi>salvage review</bdi></code>");
      expect(answers[0]?.text).not.toContain(session.incident);
    });
  });

  it.each([
    ["POST", "item/1", { choice: "claim:1", ...anna }],
    ["POST", "group/phones", { rule: "latest", ...anna }],
    ["POST", "undo", { item: "1", ...anna }],
  ])("writes nothing without the token: %s %s", async (_method, path, fields) => {
    const session = fake();
    await whileServed(session, async ({ url }) => {
      const { seen } = session.item(1);
      const { origin, pathname } = new URL(url);
      const wrong = pathname.startsWith("/A") ? pathname.replace("/A", "/B") : pathname.replace(/^\/./, "/A");
      expect((await post(`${origin}${wrong}${path}`, { ...fields, seen })).status).toBe(404);
      expect((await post(`${origin}/${path}`, { ...fields, seen })).status).toBe(404);
      expect(session.done).toEqual([]);
    });
  });

  it.each([
    "evil.example",
    "evil.example:PORT",
    "127.0.0.1",
    "127.0.0.1:1",
    "localhost.evil.example:PORT",
    "0.0.0.0:PORT",
  ])("refuses the name %s: a page of it may be pointed at this machine", async (host) => {
    const session = fake();
    await whileServed(session, async ({ url }) => {
      const headers = { Host: host.replace("PORT", new URL(url).port) };
      expect((await ask(url, { headers })).status).toBe(403);
      const { seen } = session.item(1);
      expect((await post(`${url}item/1`, { choice: "claim:1", seen, ...anna }, headers)).status).toBe(403);
      expect(session.done).toEqual([]);
    });
  });

  it("answers to localhost, too", async () => {
    await whileServed(fake(), async ({ url }) => {
      const answer = await ask(url, { headers: { Host: `localhost:${new URL(url).port}` } });
      expect(answer.status).toBe(200);
    });
  });

  it.each<[string, Record<string, string>, number]>([
    ["another origin", { Origin: "http://evil.example" }, 403],
    ["another port of this machine", { Origin: "http://127.0.0.1:1" }, 403],
    ["no origin that can be named", { Origin: "null" }, 403],
    ["another site", { "Sec-Fetch-Site": "cross-site" }, 403],
    ["another port, as the browser says", { "Sec-Fetch-Site": "same-site" }, 403],
    ["a form of another type", { "Content-Type": "text/plain" }, 415],
    ["JSON", { "Content-Type": "application/json" }, 415],
  ])("refuses a form of %s, with the right token", async (_name, headers, status) => {
    const session = fake();
    await whileServed(session, async ({ url }) => {
      const { seen } = session.item(1);
      expect((await post(`${url}item/1`, { choice: "claim:1", seen, ...anna }, headers)).status).toBe(status);
      expect(session.done).toEqual([]);
    });
  });

  it("takes a form of its own pages", async () => {
    const session = fake();
    await whileServed(session, async ({ url }) => {
      const headers = { Origin: new URL(url).origin, "Sec-Fetch-Site": "same-origin" };
      const { seen } = session.item(1);
      const answer = await post(`${url}item/1`, { choice: "claim:1", seen, ...anna }, headers);
      expect([answer.status, answer.headers.location]).toEqual([
        303,
        new URL("item/2?decided=1", url).pathname + "?decided=1",
      ]);
      expect(session.done).toEqual([{ what: { kind: "claim", number: 1 }, on: 1, ...anna }]);
    });
  });

  it.each(["PUT", "DELETE", "PATCH", "OPTIONS"])("knows no %s", async (method) => {
    const session = fake();
    await whileServed(session, async ({ url }) => {
      expect((await ask(`${url}item/1`, { method })).status).toBe(405);
      expect(session.done).toEqual([]);
    });
  });

  it("never writes for GET", async () => {
    const session = fake();
    await whileServed(session, async ({ url }) => {
      expect((await ask(`${url}undo?item=1&by=a&why=b`)).status).toBe(404);
      await ask(`${url}item/1?choice=claim:1&by=a&why=b`);
      expect(session.done).toEqual([]);
    });
  });

  it("refuses a form that has no end", async () => {
    const session = fake();
    await whileServed(session, async ({ url }) => {
      const body = `choice=value&value=${"x".repeat(5 * 1024 * 1024)}`;
      const sized = await ask(`${url}item/1`, {
        method: "POST",
        headers: { "Content-Type": form, "Content-Length": String(body.length) },
        body,
      });
      expect([sized.status, sized.text.includes("Nothing was written")]).toEqual([413, true]);
      const chunked = await ask(`${url}item/1`, {
        method: "POST",
        headers: { "Content-Type": form, "Transfer-Encoding": "chunked" },
        body,
      });
      expect(chunked.status).toBe(413);
      expect(session.done).toEqual([]);
    });
  });
});

describe("headers", () => {
  it.each(["", "item/1", "item/1/raw?source=crm&locator=crm.csv:7", "nothing", "../"])(
    "say on every page what it may do: %s",
    async (path) => {
      await whileServed(fake(), async ({ url }) => {
        const { headers, text } = await ask(new URL(path, url).href);
        const meta = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1]?.replaceAll("&#39;", "'");
        expect(headers).toMatchObject({
          "cache-control": "no-store",
          "content-security-policy": `${meta}; frame-ancestors 'none'`,
          "cross-origin-opener-policy": "same-origin",
          "cross-origin-resource-policy": "same-origin",
          "referrer-policy": "same-origin",
          "x-content-type-options": "nosniff",
          "x-frame-options": "DENY",
        });
        expect(meta).toContain("default-src 'none'");
        expect(meta).not.toContain("unsafe");
      });
    },
  );

  it("keep the cookies on this machine, below the token, out of the reach of scripts", async () => {
    await whileServed(fake(), async ({ url }) => {
      const page = await ask(`${url}item/1`);
      const { headers } = await post(`${url}item/1`, { choice: "null", seen: seenIn(page.text), ...anna });
      const bound = `Path=${new URL(url).pathname}; HttpOnly; SameSite=Strict`;
      expect(headers["set-cookie"]?.map((cookie) => cookie.split("=")[0])).toEqual(["who", "why"]);
      for (const cookie of headers["set-cookie"] ?? []) expect(cookie.endsWith(`; ${bound}`)).toBe(true);
    });
  });
});

describe("a port", () => {
  it("that is in use is named in plain words", async () => {
    await whileServed(fake(), async ({ url }) => {
      const port = Number(new URL(url).port);
      const error = await userErrorOf(serveReview(fake(), { port }));
      expect(error.message).toBe(
        `port ${port} of 127.0.0.1 is in use by another program, perhaps by a review that still runs. Give another with --port, or leave --port out: a free one is taken then.`,
      );
      expect((await ask(url)).status).toBe(200);
    });
  });

  it("is free again when the review ends, whatever its browsers keep open", async () => {
    const agent = new http.Agent({ keepAlive: true });
    const interruption = new AbortController();
    const served = await serveReview(fake(), { signal: interruption.signal });
    await new Promise((resolve) => http.get(served.url, { agent }, (response) => response.resume().on("end", resolve)));
    interruption.abort();
    await served.ended;
    const next = await serveReview(fake(), { port: Number(new URL(served.url).port) });
    agent.destroy();
    expect(next.url).not.toBe(served.url);
    await next.close();
  });
});

function subjects(page: string) {
  return [...page.matchAll(/class="subject"[^>]*>(.*?)<\/a>/g)].map(([, link = ""]) => link.replaceAll(/<[^>]*>/g, ""));
}

describe("what stands on the pages", () => {
  it("is text, whatever the values hold", async () => {
    await whileServed(fake(), async ({ url }) => {
      const paths = ["", "group/hostile", "history", "?text=%3Cscript%3E", "item/61", "item/62", "item/63", "item/64"];
      for (const path of paths) {
        const { text, status } = await ask(`${url}${path}`);
        expect(status).toBe(200);
        const body = text.slice(text.indexOf("<body>"), text.lastIndexOf("<script>"));
        expect(body).not.toMatch(/<(script|img)\b|<b>replica/);
        expect(body).not.toMatch(/[\u202E\u200B\0]/);
        expect(text.length).toBeLessThan(100_000);
      }
      expect((await ask(`${url}item/61`)).text).toContain("&lt;script&gt;document.title");
      expect((await ask(`${url}item/63`)).text).toContain(String.raw`abc<mark>\u{202E}</mark>gnp.exe`);
    });
  });

  it("tells NULL, the empty text and the text NULL apart", async () => {
    await whileServed(fake(), async ({ url }) => {
      const { text } = await ask(`${url}item/1`);
      expect(text).toContain('<span class="nothing">NULL</span>');
      expect(text).toContain('<span class="nothing">empty text</span>');
      expect(text).toContain('<bdi class="value" dir="auto">&quot;NULL&quot;</bdi>');
    });
  });

  it("cuts a value of 1 MB, says so, and gives the whole as a file", async () => {
    await whileServed(fake(), async ({ url }) => {
      expect((await ask(`${url}item/64`)).text).toContain("… (1,048,576 characters)");
      const whole = await ask(`${url}item/64/value?claim=1`);
      expect(whole.text).toBe(hostile.long);
      expect(whole.headers).toMatchObject({
        "content-type": "text/plain; charset=utf-8",
        "content-disposition": 'attachment; filename="value.txt"',
        "x-content-type-options": "nosniff",
      });
      const script = await ask(`${url}item/61/value?claim=1`);
      expect([script.text, script.headers["content-type"]]).toEqual([hostile.script, "text/plain; charset=utf-8"]);
      expect((await ask(`${url}item/61/value?claim=9`)).status).toBe(404);
    });
  });

  it.each(["item/999", "item/abc", "item/1e3", "group/none", "item/1/raw?source=x&locator=../../etc/passwd"])(
    "says in plain words that there is no %s",
    async (path) => {
      await whileServed(fake(), async ({ url }) => {
        const { status, text } = await ask(`${url}${path}`);
        expect([status, text.includes("Go back to the queue")]).toEqual([404, true]);
      });
    },
  );

  it("tells nothing of a fault within but that there was one", async () => {
    const faults: unknown[] = [];
    const broken = fake();
    broken.item = () => {
      throw new Error("secret: /home/anna");
    };
    const served = await serveReview(broken, { onFault: (error) => faults.push(error) });
    const { status, text } = await ask(`${served.url}item/1`);
    await served.close();
    expect([status, text.includes("secret")]).toEqual([500, false]);
    expect(faults).toEqual([new Error("secret: /home/anna")]);
  });

  it("finds groups by table and words, and pages through the items of one", async () => {
    await whileServed(fake(), async ({ url }) => {
      expect(subjects((await ask(`${url}?table=dbo.OrderLines`)).text)).toEqual(["dbo.OrderLines, rows"]);
      expect(subjects((await ask(`${url}?text=REPLICA%20phone`)).text)).toEqual(["dbo.Customers.Phone"]);
      expect((await ask(`${url}?text=nothing+like+it`)).text).toContain("No group matches");
      const first = (await ask(`${url}group/phones`)).text;
      expect(first).toContain("group/phones?after=50");
      const second = (await ask(`${url}group/phones?after=50`)).text;
      expect(second.match(/href="[^"]*item\//g)).toHaveLength(10);
      expect(second).not.toContain("Next page");
    });
  });
});

describe("a decision", () => {
  it.each<[string, Record<string, string>, string]>([
    ["without a name", { choice: "claim:1", by: " ", why: "it is so" }, "nobody is named who decides"],
    ["without a reason", { choice: "claim:1", by: "anna", why: "" }, "no reason is given"],
    ["of nothing", { by: "anna", why: "it is so" }, "nothing is chosen"],
    ["of what is no choice", { choice: "claim:x", by: "anna", why: "it is so" }, "nothing is chosen"],
    [
      "of two things",
      { choice: "claim:1", value: "typed", by: "anna", why: "it is so" },
      "a value is typed, and something else is chosen",
    ],
  ])("%s is refused, and what was filled in is kept", async (_name, fields, what) => {
    const session = fake();
    await whileServed(session, async ({ url }) => {
      const { seen } = session.item(1);
      const { status, text } = await post(`${url}item/1`, { seen, ...fields });
      expect(status).toBe(400);
      expect(text).toContain(what);
      for (const kept of [fields["value"], fields["why"]].filter((each) => each !== undefined && each !== ""))
        expect(text).toContain(kept);
      expect(/value="claim:1"[^>]*checked/.test(text)).toBe(fields["choice"] === "claim:1");
      expect(session.done).toEqual([]);
    });
  });

  it("takes the value as it is typed: markup, line breaks as LF, the empty text, 1 MB", async () => {
    const session = fake();
    await whileServed(session, async ({ url }) => {
      for (const [index, value] of [hostile.script, "a\r\nb", "", hostile.long].entries()) {
        const id = index + 1;
        const { status } = await post(`${url}item/${id}`, {
          choice: "value",
          value,
          seen: session.item(id).seen,
          ...anna,
        });
        expect(status).toBe(303);
      }
      expect(session.done.map(({ what }) => what)).toEqual(
        [hostile.script, "a\nb", "", hostile.long].map((value) => ({ kind: "value", value })),
      );
    });
  });

  it("leads to the next open item, and remembers who and why there", async () => {
    const session = fake();
    await whileServed(session, async ({ url }) => {
      const answer = await post(`${url}item/1`, { choice: "claim:2", seen: session.item(1).seen, ...anna });
      const cookie = (answer.headers["set-cookie"] ?? []).map((each) => each.split(";")[0]).join("; ");
      const next = await ask(new URL(answer.headers.location ?? "", url).href, { headers: { Cookie: cookie } });
      expect(next.text).toContain("030/1234100");
      expect(next.text).toMatch(/id="decide-by"[^>]*value="anna"/);
      expect(next.text).toMatch(/id="decide-why"[^>]*value="called them"/);
      const elsewhere = await ask(`${url}item/62`, { headers: { Cookie: cookie } });
      expect(elsewhere.text).toMatch(/id="decide-why"[^>]*value=""/);
      expect(elsewhere.text).toContain('<option value="called them"');
    });
  });

  it("of the last one of a group leads to the group, and on to the next", async () => {
    const session = fake();
    await whileServed(session, async ({ url }) => {
      const answer = await post(`${url}item/65`, { choice: "keep", seen: session.item(65).seen, ...anna });
      expect(answer.headers.location).toContain("group/orders?decided=65");
      const { text } = await ask(new URL(answer.headers.location ?? "", url).href);
      expect(text).toContain("Next in the queue");
      expect(text).toContain("/group/phones");
      expect(text).toContain("the row was there");
    });
  });

  it("is taken from a browser whose cookies are broken", async () => {
    await whileServed(fake(), async ({ url }) => {
      for (const why of ["{", "%", "%7B%7D", "%5Bnull%2C1%5D"])
        expect((await ask(`${url}item/1`, { headers: { Cookie: `who=%E0%A4; why=${why}` } })).status).toBe(200);
    });
  });

  it("of a whole group goes by the rule that was chosen; both are undone", async () => {
    const session = fake();
    await whileServed(session, async ({ url }) => {
      expect((await post(`${url}group/phones`, { rule: "ask", ...anna })).text).toContain("no rule is chosen");
      const ruled = await post(`${url}group/phones`, { rule: "prefer:crm", ...anna });
      expect(ruled.headers.location).toContain("group/phones?ruled=60");
      expect(session.done.at(-1)?.what).toEqual({ rule: { prefer: ["crm"] } });
      expect((await post(`${url}undo`, { group: "phones", ...anna })).headers.location).toContain("undone=1");
      expect(session.progress().decided).toBe(0);
      expect((await post(`${url}undo`, { group: "phones", by: "anna", why: "" })).status).toBe(409);
    });
  });
});

describe("two reviewers at once", () => {
  it("do not lose each other's work on different items", async () => {
    const { incident } = await runPeople();
    await review(incident, (one) =>
      review(incident, (other) =>
        whileServed(one, (first) =>
          whileServed(other, async (second) => {
            const ids = one.groups().flatMap(({ id, items }) => one.items(id, 0, items).map((item) => item.id));
            const answers = await Promise.all(
              ids.map(async (id, index) => {
                const { url } = index % 2 === 0 ? first : second;
                const seen = seenIn((await ask(`${url}item/${id}`)).text);
                return post(`${url}item/${id}`, { choice: "withhold", seen, by: `person ${index % 2}`, why: "gone" });
              }),
            );
            expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 303));
            expect(one.progress()).toMatchObject({ items: ids.length, decided: ids.length });
            expect(fs.readFileSync(decisionsOf(incident), "utf8").match(/withhold: true/g)).toHaveLength(ids.length);
          }),
        ),
      ),
    );
  });

  it("are told where both decide the same item: the second decides again, knowing it", async () => {
    const { incident } = await runPeople();
    await review(incident, (session) =>
      whileServed(session, async ({ url }) => {
        const [group] = session.groups();
        const [item] = session.items(group?.id ?? "", 0, 1);
        const path = `${url}item/${item?.id}`;
        const [left, right] = await Promise.all([ask(path), ask(path)]);
        const first = await post(path, { choice: "claim:1", seen: seenIn(left.text), by: "anna", why: "waybill" });
        const late = { choice: "value", value: "Augusta", by: "bob", why: "registry" };
        const second = await post(path, { ...late, seen: seenIn(right.text) });
        expect([first.status, second.status]).toEqual([303, 409]);
        for (const told of ["anna", "waybill", "Augusta", "bob", "registry"]) expect(second.text).toContain(told);
        const third = await post(path, { ...late, seen: seenIn(second.text) });
        expect(third.status).toBe(303);
        const { given } = session.item(item?.id ?? 0).item;
        expect(given?.by).toBe("bob");
        expect(fs.readFileSync(decisionsOf(incident), "utf8")).toMatch(/waybill[\s\S]*registry/);
      }),
    );
  });
});

describe("what cannot be shown again", () => {
  it("gives back what was typed", async () => {
    const session = fake();
    session.item = () => {
      throw new UserError({ what: "the incident was reconciled again", remedy: "Start the review again" });
    };
    session.decide = () => session.item(1) as never;
    await whileServed(session, async ({ url }) => {
      const { status, text } = await post(`${url}item/1`, {
        choice: "value",
        value: "Reims",
        by: "anna",
        why: "waybill",
      });
      expect(status).toBe(400);
      for (const said of ["reconciled again", "You wrote: waybill", "You wrote: Reims"]) expect(text).toContain(said);
    });
  });
});
