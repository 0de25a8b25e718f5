/** Errors between threads: a structured clone of an Error loses its class, and what its class adds. */
import { Fault, UserError } from "../errors.ts";
import type { Place } from "../errors.ts";

interface PackedBase {
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: PackedError | undefined;
}

interface PackedUserError extends PackedBase {
  readonly kind: "user";
  readonly what: string;
  readonly remedy: string;
  readonly where: Place | undefined;
}

interface PackedOther extends PackedBase {
  readonly kind: "fault" | "other";
  readonly name: string;
  /** As the system's errors and SQLite's have it. */
  readonly code: string | undefined;
}

/** An error as plain data. */
export type PackedError = PackedUserError | PackedOther;

/** `thrown`: whatever was thrown; what is no Error becomes one. */
export function packError(thrown: unknown): PackedError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { message, stack } = error;
  const cause = error.cause === undefined ? undefined : packError(error.cause);
  if (error instanceof UserError)
    return { kind: "user", message, stack, cause, what: error.what, remedy: error.remedy, where: error.where };
  const { code } = error as { code?: unknown };
  const kind = error instanceof Fault ? "fault" : "other";
  return { kind, message, stack, cause, name: error.name, code: typeof code === "string" ? code : undefined };
}

export function unpackError(packed: PackedError): Error {
  const error = rebuild(packed);
  if (packed.stack !== undefined) error.stack = packed.stack;
  return error;
}

function rebuild(packed: PackedError): Error {
  const cause = packed.cause && unpackError(packed.cause);
  if (packed.kind === "user") {
    const { what, remedy, where } = packed;
    return new UserError({ what, remedy, cause, ...(where === undefined ? {} : { where }) });
  }
  const options = cause === undefined ? {} : { cause };
  if (packed.kind === "fault") return new Fault(packed.message, options);
  const { name, code } = packed;
  return Object.assign(new Error(packed.message, options), { name }, code === undefined ? {} : { code });
}
