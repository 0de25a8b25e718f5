/** Two operands made comparable: a literal text or 0x becomes of the other side's type. */
import type { SqlType } from "../../schema/model.ts";
import { convertLiteral } from "./convert.ts";
import { NotUnderstood } from "./not-understood.ts";
import type { Kind, Scalar } from "./terms.ts";

/** All types that a text is converted to rank above text ("Data type precedence"). Throws NotUnderstood. */
export function align(left: Scalar, right: Scalar): [Scalar, Scalar] {
  return [alignOne(left, right.kind), alignOne(right, left.kind)];
}

function alignOne(scalar: Scalar, other: Kind): Scalar {
  const { family } = scalar.kind;
  const gives = scalar.literal !== undefined && (family === "text" || family === "bytes");
  if (!gives || other.family === family || other.family === "null" || other.family === "opaque") return scalar;
  // A 0x beside a text becomes text, and that is never meant.
  if (other.family === "text" || other.family === "bytes") return scalar;
  const finest = convertLiteral(scalar, { ...other, type: finestOf(other.type) });
  const declared = convertLiteral(scalar, other);
  if (other.family === "temporal" && !isSame(finest, declared))
    throw new NotUnderstood(`compares ${scalar.shown}, which has more digits than the ${other.type.name}`);
  return declared;
}

function finestOf(type: SqlType): SqlType {
  return type.name === "time" || type.name === "datetime2" || type.name === "datetimeoffset"
    ? { name: type.name, scale: 7 }
    : type;
}

function noRow(): null {
  return null;
}

/** Of two constants, which read no row. */
function isSame(left: Scalar, right: Scalar): boolean {
  return left.read(noRow) === right.read(noRow);
}
