/** What can be wrong with a program, in the words that people are told. */
import { UserError } from "../../errors.ts";
import type { ProgramOrder } from "./order.ts";
import type { Talk } from "./talk.ts";

export function notStarted({ name, file }: ProgramOrder, cause: unknown): UserError {
  return new UserError({
    what: `the program ${name} cannot be started (${cause instanceof Error ? cause.message : String(cause)})`,
    where: { file },
    remedy:
      "Correct `command`: a script needs its interpreter before it, as in `[python3, tap.py]`, and no argument may hold a NUL character",
    cause,
  });
}

/** Faults of a program that ran: each quotes the last that it said. */
export class ProgramFaults {
  readonly #order: ProgramOrder;
  readonly #talk: Talk;

  constructor(order: ProgramOrder, talk: Talk) {
    this.#order = order;
    this.#talk = talk;
  }

  tooLong(): UserError {
    return this.#fault("ran longer than its time limit", "Raise `timeLimit`, or have the program do less");
  }

  tooMuch(): UserError {
    return this.#fault(
      `printed more than its output limit of ${this.#order.outputLimit} bytes`,
      "Raise `outputLimit`, or have the program print less",
    );
  }

  lineTooLong(limit: number): UserError {
    const remedy = "Have it print one record a line, and leave out values of that size";
    return this.#fault(`printed a line of more than ${limit} bytes`, remedy);
  }

  /** `how`: `exit code 3`, `SIGKILL`. */
  failed(how: string): UserError {
    return this.#fault(`failed (${how})`, "Put right what it complains of, then run the same command again");
  }

  #fault(what: string, remedy: string): UserError {
    const { last } = this.#talk;
    const said = last.length === 0 ? "; it said nothing" : `; the last that it said:\n${last.join("\n")}`;
    return new UserError({ what: `the program ${this.#order.name} ${what}${said}`, remedy });
  }
}
