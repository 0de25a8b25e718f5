/**
 * The two ways something goes wrong: the user's input or surroundings ({@link UserError}), or a bug of
 * ours ({@link Fault}). A UserError cannot be built without a remedy; `cli/main.ts` alone prints it.
 */

/** Where a fault stands. Every field that is known is given. */
export interface Place {
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  readonly source?: string;
  readonly table?: string;
  readonly key?: string;
}

export interface UserErrorDetails {
  /** What is wrong, one sentence without its full stop. */
  readonly what: string;
  /** What to do about it, one sentence without its full stop. */
  readonly remedy: string;
  readonly where?: Place;
  readonly cause?: unknown;
}

/** `file:line:column`, then source, table and key, as far as they are known. */
export function formatPlace(place: Place): string {
  const position = [place.file, place.line, place.column].filter((part) => part !== undefined).join(":");
  const named = (["source", "table", "key"] as const)
    .filter((name) => place[name] !== undefined)
    .map((name) => `${name} ${place[name]}`);
  return [position, ...named].filter((part) => part !== "").join(", ");
}

/** Something that a person can put right: the message says what, where, and what to do. */
export class UserError extends Error {
  readonly what: string;
  readonly remedy: string;
  readonly where: Place | undefined;

  constructor(details: UserErrorDetails) {
    const where = details.where === undefined ? "" : `${formatPlace(details.where)}: `;
    super(`${where}${details.what}. ${details.remedy}.`, { cause: details.cause });
    this.name = "UserError";
    this.what = details.what;
    this.remedy = details.remedy;
    this.where = details.where;
  }
}

/** A bug: a promise that the code makes to itself does not hold. */
export class Fault extends Error {
  override readonly name = "Fault";
}
