/** LIKE. It has rules of its own for trailing blanks: those of the pattern always count. */
import { meetingRules } from "./collations.ts";
import { matches, parsePattern } from "./like-pattern.ts";
import { NotUnderstood } from "./not-understood.ts";
import { undecided, type Condition, type Row, type Scalar, type Truth } from "./terms.ts";

/**
 * `value LIKE pattern [ESCAPE escape]`, the pattern a literal. Blanks at the end of the value count where either side is of a
 * national type ("Pattern matching by using LIKE"). Throws NotUnderstood.
 */
export function like(value: Scalar, pattern: Scalar, escape: Scalar | undefined): Condition {
  if (value.kind.family === "null" || pattern.kind.family === "null") return { holds: () => null };
  if (value.kind.family !== "text" || pattern.kind.family !== "text" || typeof pattern.literal !== "string")
    throw new NotUnderstood(`matches ${value.shown} with ${pattern.shown}, which is not evaluated`);
  const elements = parsePattern(pattern.literal, escapeCharacter(escape), meetingRules(value, pattern));
  const blanksAside = !value.kind.national && !pattern.kind.national;
  return { holds };

  function holds(row: Row): Truth {
    const text = value.read(row);
    return text === null || text === undecided ? text : matches(text as string, elements, blanksAside);
  }
}

function escapeCharacter(escape: Scalar | undefined): string | undefined {
  if (escape === undefined) return undefined;
  if (escape.kind.family === "text" && typeof escape.literal === "string" && escape.literal.length === 1)
    return escape.literal;
  throw new NotUnderstood(`escapes with ${escape.shown}, which is not one character`);
}
