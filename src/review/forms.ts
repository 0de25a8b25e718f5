/** What the forms say, and what is wrong with it in plain words. */
import type { GroupRule } from "../decisions/file.ts";
import { UserError } from "../errors.ts";
import type { Kept } from "../page/review/item.tsx";
import { namedRules } from "../page/review/wording.ts";
import type { ItemChoice, Signature, Undone } from "./session.ts";

export type Form = URLSearchParams;

function field(form: Form, name: string): string {
  return form.get(name) ?? "";
}

/** Throws UserError where somebody does not say who they are, or why. */
export function signatureOf(form: Form): Signature {
  const [by, why] = [field(form, "by").trim(), field(form, "why").trim()];
  if (by === "") throw new UserError({ what: "nobody is named who decides", remedy: "Write your name" });
  if (why === "") throw new UserError({ what: "no reason is given", remedy: "Write why, for those who ask later" });
  return { by, why };
}

/** As the form had it. A text area sends every line break as CR LF. */
export function keptOf(form: Form): Kept {
  return { choice: field(form, "choice"), value: field(form, "value").replaceAll("\r\n", "\n") };
}

/** Throws UserError where nothing is chosen, or two things are. */
export function choiceOf({ choice, value }: Kept): ItemChoice {
  if (choice === "value") return { kind: "value", value };
  if (value !== "" && choice !== "")
    throw new UserError({
      what: "a value is typed, and something else is chosen",
      remedy: "Choose `another value`, or empty its field",
    });
  if (choice === "null" || choice === "withhold" || choice === "keep") return { kind: choice };
  const number = Number(/^claim:(\d{1,9})$/.exec(choice)?.[1]);
  if (number > 0) return { kind: "claim", number };
  throw new UserError({ what: "nothing is chosen", remedy: "Choose one of the values, or what becomes of the row" });
}

/** `latest`, or `prefer:crm`. Throws UserError for what is neither. */
export function ruleOf(form: Form): GroupRule {
  const chosen = field(form, "rule");
  const source = /^prefer:(.+)$/s.exec(chosen)?.[1];
  if (source !== undefined) return { prefer: [source] };
  const named = namedRules.find(({ rule }) => rule === chosen);
  if (named !== undefined) return named.rule;
  throw new UserError({ what: "no rule is chosen", remedy: "Choose one" });
}

/** What is taken back. */
export function undoneOf(form: Form): Undone {
  const group = form.get("group");
  const written = form.get("line");
  const line = written === null ? undefined : itemNumber(written);
  return group === null ? { item: itemNumber(field(form, "item")), line } : { group, line };
}

/** Throws UserError for what is no number. */
export function itemNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UserError({ what: "there is no such item", remedy: "Go back to the queue" });
}
