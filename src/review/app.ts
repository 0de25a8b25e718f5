/** The review's addresses. Pages are whole without a script; whatever writes answers with the way to the next page. */
import { Hono } from "hono";
import type { Context } from "hono";
import { UserError } from "../errors.ts";
import { linksOf } from "../page/review/links.ts";
import type { Remembered } from "../page/review/signature.tsx";
import { choiceOf, itemNumber, keptOf, ruleOf, signatureOf, undoneOf } from "./forms.ts";
import type { Form } from "./forms.ts";
import { headers, limitedBody, nothingHere, ownForm, ownHost, ownToken, refused } from "./guard.ts";
import type { Door } from "./guard.ts";
import { recall, rememberName, rememberReason } from "./memory.ts";
import { ReviewPages } from "./pages.tsx";
import type { Happened } from "./pages.tsx";
import type { ReviewSession } from "./session.ts";
import { wholeValue } from "./whole-value.ts";

export interface ReviewOptions extends Door {
  /** Told what went wrong within; the page only says that something did. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

/** The review as it answers requests; it listens nowhere by itself. */
export function reviewApp(session: ReviewSession, options: ReviewOptions): Hono {
  const app = new Hono({ strict: false });
  app.use(headers(), ownHost(options), ownToken(options));
  app.route(`/${options.token}`, routes(session, options.token));
  app.notFound((context) => nothingHere(context));
  app.onError((error, context) => failed(error, context, options));
  return app;
}

function routes(session: ReviewSession, token: string): Hono {
  const app = new Hono();
  const review = new Review(session, token);
  app.get("/", review.queue);
  app.get("/history", review.history);
  app.get("/group/:id", review.group);
  app.get("/item/:id", review.item);
  app.get("/item/:id/raw", review.raw);
  app.get("/item/:id/value", review.value);
  app.on("POST", "*", ownForm, limitedBody);
  app.post("/group/:id", review.decideGroup);
  app.post("/item/:id", review.decide);
  app.post("/undo", review.undo);
  app.all("*", (context) =>
    ["GET", "HEAD", "POST"].includes(context.req.method)
      ? refused(context, 404, "There is no such page", ["Go back, or begin with the queue."])
      : refused(context, 405, "Nothing answers to this", ["The review knows GET and POST."]),
  );
  return app;
}

async function failed(error: unknown, context: Context, { onFault }: ReviewOptions): Promise<Response> {
  if (error instanceof UserError) {
    const says = [`${error.what}.`, `${error.remedy}.`];
    return context.req.method === "POST"
      ? refused(context, 400, "This could not be done", [...says, ...(await lostWords(context))])
      : refused(context, 404, "This could not be shown", says);
  }
  onFault?.(error);
  return refused(context, 500, "Something went wrong in salvage", [
    "This is a bug; the terminal in which `salvage review` runs says more. What was decided before stands in decisions.yaml.",
  ]);
}

const mostOfWords = 10_000;

/** There is no form to keep what was typed: it is shown, to be copied. */
async function lostWords(context: Context): Promise<string[]> {
  const form = await formOf(context);
  return ["why", "value"]
    .map((name) => form.get(name) ?? "")
    .filter((text) => text !== "")
    .map((text) => `You wrote: ${text.slice(0, mostOfWords)}`);
}

function idOf(context: Context): number {
  return itemNumber(context.req.param("id") ?? "");
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function happenedOf({ req }: Context): Happened {
  return {
    decided: numberOf(req.query("decided")),
    ruled: numberOf(req.query("ruled")),
    undone: req.query("undone") !== undefined,
  };
}

async function formOf(context: Context): Promise<Form> {
  return new URLSearchParams(await context.req.text());
}

/** What the person wrote, in place of what is remembered. */
function written(form: Form, remembered: Remembered): Remembered {
  return { ...remembered, by: form.get("by") ?? "", why: form.get("why") ?? "" };
}

/** What it gives, or what was wrong with what the person asked for. */
function attempt<T>(act: () => T): { readonly done: T } | { readonly problem: UserError } {
  try {
    return { done: act() };
  } catch (error) {
    if (error instanceof UserError) return { problem: error };
    throw error;
  }
}

/** One handler an address. */
class Review {
  readonly #session: ReviewSession;
  readonly #links: ReturnType<typeof linksOf>;
  readonly #pages: ReviewPages;

  constructor(session: ReviewSession, token: string) {
    this.#session = session;
    this.#links = linksOf(token);
    this.#pages = new ReviewPages(session, this.#links);
  }

  readonly queue = (context: Context): Response | Promise<Response> => {
    const { table = "", text = "", page } = context.req.query();
    return context.html(this.#pages.queue({ table, text, page: numberOf(page) ?? 0 }));
  };

  readonly history = (context: Context): Response | Promise<Response> =>
    context.html(this.#pages.history(recall(context, "")));

  readonly group = (context: Context): Response | Promise<Response> => {
    const group = this.#pages.groupOf(context.req.param("id") ?? "");
    const after = numberOf(context.req.query("after")) ?? 0;
    const state = { remembered: recall(context, group.id), happened: happenedOf(context) };
    return context.html(this.#pages.group(group, after, state));
  };

  readonly item = (context: Context): Response | Promise<Response> => {
    const detail = this.#session.item(idOf(context));
    const state = { remembered: recall(context, detail.group.id), happened: happenedOf(context) };
    return context.html(this.#pages.item(detail, state));
  };

  readonly raw = async (context: Context): Promise<Response> => {
    const { source = "", locator = "" } = context.req.query();
    return context.html(await this.#pages.raw(idOf(context), source, locator));
  };

  readonly value = (context: Context): Response => {
    const text = wholeValue(this.#session.item(idOf(context)), context.req.query());
    return context.body(text, 200, {
      "Content-Type": "text/plain; charset=utf-8",
      "Content-Disposition": 'attachment; filename="value.txt"',
    });
  };

  readonly decide = async (context: Context): Promise<Response> => {
    const id = idOf(context);
    const form = await formOf(context);
    const [kept, seen] = [keptOf(form), form.get("seen") ?? ""];
    const tried = attempt(() => {
      const signature = signatureOf(form);
      this.#session.decide(id, choiceOf(kept), seen, signature);
      return signature;
    });
    const detail = this.#session.item(id);
    const group = detail.group.id;
    if ("problem" in tried) {
      const remembered = written(form, recall(context, group));
      const page = this.#pages.item(detail, { remembered, kept, problem: tried.problem });
      return context.html(page, detail.seen === seen ? 400 : 409);
    }
    this.#remember(context, group, tried.done);
    const news = { decided: String(id) };
    const { nextOpen } = detail;
    return context.redirect(
      nextOpen === undefined ? this.#links.group(group, news) : this.#links.item(nextOpen, news),
      303,
    );
  };

  readonly decideGroup = async (context: Context): Promise<Response> => {
    const id = context.req.param("id") ?? "";
    const form = await formOf(context);
    const tried = attempt(() => {
      const [rule, signature] = [ruleOf(form), signatureOf(form)];
      return { signature, decided: this.#session.decideGroup(id, rule, signature) };
    });
    if ("problem" in tried) {
      const remembered = written(form, recall(context, id));
      const state = { remembered, rule: form.get("rule") ?? "", problem: tried.problem };
      return context.html(this.#pages.group(this.#pages.groupOf(id), 0, state), 400);
    }
    this.#remember(context, id, tried.done.signature);
    return context.redirect(this.#links.group(id, { ruled: String(tried.done.decided) }), 303);
  };

  readonly undo = async (context: Context): Promise<Response> => {
    const form = await formOf(context);
    const what = undoneOf(form);
    const tried = attempt(() => {
      const signature = signatureOf(form);
      this.#session.undo(what, signature);
      return signature;
    });
    if ("problem" in tried) return context.html(this.#notUndone(context, what, tried.problem), 409);
    rememberName(context, this.#links.root, tried.done.by);
    const news = { undone: "1" };
    return context.redirect(
      "item" in what ? this.#links.item(what.item, news) : this.#links.group(what.group, news),
      303,
    );
  };

  #notUndone(context: Context, what: ReturnType<typeof undoneOf>, problem: UserError): string {
    if ("group" in what)
      return this.#pages.group(this.#pages.groupOf(what.group), 0, {
        remembered: recall(context, what.group),
        problem,
      });
    const detail = this.#session.item(what.item);
    return this.#pages.item(detail, { remembered: recall(context, detail.group.id), problem });
  }

  #remember(context: Context, group: string, { by, why }: { readonly by: string; readonly why: string }): void {
    rememberName(context, this.#links.root, by);
    rememberReason(context, this.#links.root, { group, why });
  }
}
