/** The functions that are evaluated. */
import { parseCollation, withoutTrailingBlanks } from "../../values/collation.ts";
import { convertLiteral } from "./convert.ts";
import { byteLength, intKind, isLarge } from "./kinds.ts";
import { NotUnderstood } from "./not-understood.ts";
import { mapScalar, undecided, type Row, type Scalar, type Text, type Undecided, type Value } from "./terms.ts";

type Apply = (shown: string, first: Scalar, second: Scalar | undefined) => Scalar | undefined;

interface Definition {
  readonly parameters: 1 | 2;
  /** Undefined for arguments of types that it is not evaluated for. */
  readonly apply: Apply;
}

const surrogate = /[\uD800-\uDFFF]/;

/** In characters, trailing blanks left out; of characters of two units some collations see one. */
function length(value: Value): Value | Undecided {
  const text = withoutTrailingBlanks(value as string);
  return surrogate.test(text) ? undecided : BigInt(text.length);
}

const dataLength: Apply = (shown, argument) => {
  const { kind } = argument;
  if (kind.family === "bytes")
    return mapScalar(argument, intKind, shown, (value) => BigInt((value as Uint8Array).length));
  if (kind.family !== "text") return undefined;
  return mapScalar(argument, intKind, shown, (value) => {
    const bytes = byteLength(value as string, kind);
    return bytes === undecided ? undecided : BigInt(bytes);
  });
};

/** Turkish and its kin write a capital i with its dot. */
const dottedCapitals = 1254;

/** Letter by letter: the server leaves `ß` as it is. */
function changeCase(change: (letter: string) => string): Apply {
  return (shown, argument) => {
    const { kind } = argument;
    if (kind.family !== "text" || isLarge(kind)) return undefined;
    if (kind.collation !== undefined && parseCollation(kind.collation).codePage === dottedCapitals) return undefined;
    return mapScalar(argument, kind, shown, (value) =>
      Array.from(value as string, (letter) => {
        const changed = change(letter);
        return changed.length === letter.length ? changed : letter;
      }).join(""),
    );
  };
}

/** The result is of a varying length: no padding comes back. */
function onText(map: (text: string) => string): Apply {
  return (shown, argument) => {
    const { kind } = argument;
    if (kind.family !== "text" || isLarge(kind)) return undefined;
    return mapScalar(argument, varying(kind), shown, (value) => map(value as string));
  };
}

function varying(kind: Text): Text {
  return { ...kind, type: { ...kind.type, name: kind.national ? "nvarchar" : "varchar" } };
}

/** The replacement becomes of the first argument's type ("ISNULL"). */
const isNull: Apply = (shown, argument, replacement) => {
  const { kind } = argument;
  if (kind.family === "null" || kind.family === "opaque" || replacement?.literal === undefined) return undefined;
  const instead = convertLiteral(replacement, kind);
  return { kind, shown, read: (row: Row) => argument.read(row) ?? instead.read(row) };
};

const functions = new Map<string, Definition>([
  ["LEN", { parameters: 1, apply: onTextLength }],
  ["DATALENGTH", { parameters: 1, apply: dataLength }],
  ["UPPER", { parameters: 1, apply: changeCase((letter) => letter.toUpperCase()) }],
  ["LOWER", { parameters: 1, apply: changeCase((letter) => letter.toLowerCase()) }],
  ["LTRIM", { parameters: 1, apply: onText((text) => text.replace(/^ +/, "")) }],
  ["RTRIM", { parameters: 1, apply: onText(withoutTrailingBlanks) }],
  ["ISNULL", { parameters: 2, apply: isNull }],
]);

function onTextLength(shown: string, argument: Scalar): Scalar | undefined {
  const { kind } = argument;
  return kind.family === "text" && !isLarge(kind) ? mapScalar(argument, intKind, shown, length) : undefined;
}

/** Is a function of that name (upper case) evaluated? */
export function isKnownFunction(name: string): boolean {
  return functions.has(name);
}

/** Throws NotUnderstood for a wrong number of arguments, and for types that the function is not evaluated for. */
export function callFunction(name: string, args: readonly Scalar[]): Scalar {
  const [first, second] = args;
  const definition = functions.get(name);
  const shown = `${name}(${args.map((argument) => argument.shown).join(", ")})`;
  const isWellFormed = definition !== undefined && args.length === definition.parameters;
  const result = isWellFormed && first !== undefined ? definition.apply(shown, first, second) : undefined;
  if (result === undefined) throw new NotUnderstood(`calls ${shown}, which is not evaluated`);
  return result;
}
