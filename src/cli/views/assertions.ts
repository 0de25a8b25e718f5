/** The assertions that do not hold: what `run` and `emit` end with. */
import { failureOf } from "../../report/summary.ts";
import type { Summary } from "../../report/summary.ts";
import { printable } from "../text.ts";

export function failedAssertions({ assertions }: Pick<Summary, "assertions">): string[] {
  return assertions.filter(({ holds }) => !holds).map((assertion) => printable(failureOf(assertion)));
}
