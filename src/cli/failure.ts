/** What went wrong, for people and for `--json`: the one place that tells the user's errors from our bugs. */
import { UserError, formatPlace } from "../errors.ts";
import type { Place } from "../errors.ts";
import { RecipeError, formatFault } from "../recipe/faults.ts";
import type { RecipeFault } from "../recipe/faults.ts";
import type { Verdict } from "../report/summary.ts";
import { printable } from "./text.ts";

export const exitCodes = { clean: 0, needsReview: 1, failed: 2, bug: 3, interrupted: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const verdictCodes: Readonly<Record<Verdict, ExitCode>> = {
  clean: exitCodes.clean,
  "needs-review": exitCodes.needsReview,
  failed: exitCodes.failed,
};

export function exitCodeOf(verdict: Verdict): ExitCode {
  return verdictCodes[verdict];
}

export interface Failure {
  readonly kind: "user" | "system" | "interrupted" | "bug";
  readonly exitCode: ExitCode;
  readonly what: string;
  readonly remedy: string;
  readonly where?: Place;
  readonly faults?: readonly RecipeFault[];
  readonly causes?: readonly string[];
  /** Of bugs alone. */
  readonly stack?: string;
}

const systemRemedies: Readonly<Record<string, string>> = {
  EACCES: "Give yourself the right to it, or choose another place",
  EDQUOT: "Free some space, then run the same command again",
  EISDIR: "It is a directory; give the path of a file",
  EMFILE: "Allow more open files (`ulimit -n`), then run the same command again",
  ENOENT: "Check the path",
  ENOSPC: "Free some space, then run the same command again",
  ENOTDIR: "A part of the path is a file; check the path",
  EPERM: "Give yourself the right to it, or choose another place",
  EROFS: "The file system is read-only; choose another place with --dir",
  SQLITE_BUSY: "Another salvage works on this incident; wait until it ends",
  SQLITE_CANTOPEN: "Check the path and your rights to it",
  SQLITE_CORRUPT: "The staging store is damaged; remove it, then run the same command again",
  SQLITE_FULL: "Free some space, then run the same command again",
  SQLITE_IOERR: "Check the disk, then run the same command again",
  SQLITE_READONLY: "Choose a place with --dir that can be written to",
};

const mostCauses = 5;

function codeOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}

function systemRemedy(error: Error): string | undefined {
  const code = codeOf(error) ?? "";
  return systemRemedies[code] ?? systemRemedies[/^SQLITE_[A-Z]+/.exec(code)?.[0] ?? ""];
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  return error === signal.reason || (error instanceof Error && error.name === "AbortError");
}

function causesOf(error: Error): string[] {
  const causes: string[] = [];
  for (let { cause } = error; cause instanceof Error && causes.length < mostCauses; { cause } = cause)
    causes.push(cause.message);
  return causes.filter((message) => message !== "");
}

function userFailure(error: UserError): Failure {
  const { what, remedy, where } = error;
  const causes = causesOf(error);
  return {
    kind: "user",
    exitCode: exitCodes.failed,
    what,
    remedy,
    ...(where === undefined ? {} : { where }),
    ...(error instanceof RecipeError ? { faults: error.faults } : {}),
    ...(causes.length === 0 ? {} : { causes }),
  };
}

function bug(error: unknown): Failure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const remedy = "This is a bug in salvage. Your evidence is untouched; please report the lines above";
  return { kind: "bug", exitCode: exitCodes.bug, what: message, remedy, ...(stack === undefined ? {} : { stack }) };
}

/** @param signal tells an interruption from a failure */
export function failureOf(error: unknown, signal: AbortSignal): Failure {
  if (isAbort(error, signal)) {
    const remedy = "Run the same command again: it goes on where it stopped";
    return { kind: "interrupted", exitCode: exitCodes.interrupted, what: "interrupted", remedy };
  }
  if (error instanceof UserError) return userFailure(error);
  const remedy = error instanceof Error ? systemRemedy(error) : undefined;
  if (error instanceof Error && remedy !== undefined)
    return { kind: "system", exitCode: exitCodes.failed, what: error.message, remedy };
  return bug(error);
}

/** Further lines are indented: whatever a message holds, it cannot pose as another one. */
function lines(text: string): string {
  return text
    .split("\n")
    .map((line) => printable(line))
    .join("\n  ");
}

function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

/** Lines for stderr. */
export function formatFailure(failure: Failure): string {
  const where = failure.where === undefined ? "" : `${printable(formatPlace(failure.where))}: `;
  const stack = failure.stack?.split("\n").slice(1) ?? [];
  return [
    `salvage: ${where}${lines(failure.what)}`,
    ...(failure.causes ?? []).map((cause) => `  because: ${lines(cause)}`),
    ...(failure.faults ?? []).map((fault) => `  ${printable(formatFault(fault))}`),
    ...stack.map((line) => printable(line)),
    sentence(printable(failure.remedy)),
    "",
  ].join("\n");
}
