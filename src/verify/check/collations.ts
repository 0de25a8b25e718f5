/** The collation that two texts meet in. */
import { sameName } from "../../schema/model.ts";
import { Unparsable } from "../../values/codec.ts";
import { defaultCollation, isAscii } from "../../values/collation.ts";
import { codecFor } from "../../values/registry.ts";
import { letterRules, type LetterRules } from "./letters.ts";
import { NotUnderstood } from "./not-understood.ts";
import type { Scalar, Text } from "./terms.ts";

/** Throws NotUnderstood for two columns of different collations, and for a literal that its code page does not hold. */
export function meetingRules(left: Scalar, right: Scalar): LetterRules {
  const [one, other] = [(left.kind as Text).collation, (right.kind as Text).collation];
  if (one !== undefined && other !== undefined && !sameName(one, other))
    throw new NotUnderstood(`compares ${left.shown} with ${right.shown}, whose collations differ`);
  const collation = one ?? other ?? defaultCollation;
  requireHeld(left, collation);
  requireHeld(right, collation);
  return letterRules(collation);
}

/** GOTCHAS 9: a literal without N passes through a code page, which would put a look-alike or `?` in its place. */
function requireHeld(scalar: Scalar, collation: string): void {
  const { literal, kind } = scalar;
  if (typeof literal !== "string" || (kind as Text).national || isAscii(literal)) return;
  const held = codecFor({ type: { name: "varchar", length: "max" }, collation }).parse(literal, { dateOrder: "mdy" });
  if (held instanceof Unparsable) throw new NotUnderstood(`holds ${scalar.shown}, which ${held.reason}`);
}
