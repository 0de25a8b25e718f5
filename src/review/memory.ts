/** What a browser remembers between two decisions: who decides, and the reasons given last. It never leaves this machine. */
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { Remembered } from "../page/review/signature.tsx";

interface Reason {
  /** Of the group in which it was given. */
  readonly group: string;
  readonly why: string;
}

const mostReasons = 5;
/** Of a cookie; browsers drop longer ones than 4 KB. */
const mostText = 3500;

function reasonsOf(context: Context): readonly Reason[] {
  try {
    const read: unknown = JSON.parse(getCookie(context, "why") ?? "[]");
    return Array.isArray(read) ? read.filter(isReason) : [];
  } catch {
    return [];
  }
}

function isReason(read: unknown): read is Reason {
  const { group, why } = (read ?? {}) as Partial<Record<keyof Reason, unknown>>;
  return typeof group === "string" && typeof why === "string";
}

/** The last reason stands in the form for the group in which it was given; elsewhere it is offered. */
export function recall(context: Context, group: string): Remembered {
  const reasons = reasonsOf(context);
  const last = reasons[0];
  return {
    by: getCookie(context, "who") ?? "",
    why: last?.group === group ? last.why : "",
    offered: [...new Set(reasons.map(({ why }) => why))],
  };
}

function cookieOptions(root: string) {
  return { path: root, httpOnly: true, sameSite: "Strict" } as const;
}

/** @param root the path below which the cookie is sent */
export function rememberName(context: Context, root: string, by: string): void {
  if (encodeURIComponent(by.toWellFormed()).length <= mostText)
    setCookie(context, "who", by.toWellFormed(), cookieOptions(root));
}

/** @param root the path below which the cookie is sent */
export function rememberReason(context: Context, root: string, { group, why }: Reason): void {
  const others = reasonsOf(context).filter((reason) => reason.why !== why);
  const reasons = [{ group, why: why.toWellFormed() }, ...others].slice(0, mostReasons);
  while (encodeURIComponent(JSON.stringify(reasons)).length > mostText) reasons.pop();
  setCookie(context, "why", JSON.stringify(reasons), cookieOptions(root));
}
