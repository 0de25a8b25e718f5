/** Time zones by their IANA names, as far as this Node knows them. */
import { z } from "zod";
import { expectedBut } from "./issues.ts";
import { didYouMean } from "./suggest.ts";

/**
 * The zone's principal name, the same for all its aliases; undefined where there is no such zone. Offsets (`+05:00`),
 * which later Nodes take, are no zone: they know no summer.
 */
export function principalZone(name: string): string | undefined {
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

function zoneFault(input: unknown): string {
  const expected = expectedBut("the IANA name of a time zone, as in America/Chicago or UTC", input);
  return expected + (typeof input === "string" ? didYouMean(input, Intl.supportedValuesOf("timeZone")) : "");
}

export function timezone(description: string): z.ZodString {
  return z
    .string()
    .refine((name) => principalZone(name) !== undefined, { error: (issue) => zoneFault(issue.input) })
    .describe(description);
}
