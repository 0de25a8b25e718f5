/** A pattern in parts that follow each other: a character, a class, a group or a `%{…}`, each with its quantifier. */

const quantifier = /(?:[*+?]|\{\d+(?:,\d*)?\})\??/y;
const plainPart = /%\{[^}]*\}|\\(?:[pP]\{[^}]*\}|x\{[^}]*\}|Q.*?\\E|.)|[^\\]/suy;
const classPart = /\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]/suy;

function matchAt(expression: RegExp, source: string, at: number): string {
  expression.lastIndex = at;
  return expression.exec(source)?.[0] ?? "";
}

/** The part that begins there, without its quantifier. */
function partAt(source: string, at: number): string {
  if (source[at] === "[") return matchAt(classPart, source, at) || source.slice(at);
  if (source[at] !== "(") return matchAt(plainPart, source, at) || source.slice(at);
  let end = at + 1;
  while (end < source.length && source[end] !== ")") end += partAt(source, end).length;
  return source.slice(at, end + 1);
}

/** One part, where it is alternatives as a whole. */
export function splitPattern(source: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < source.length;) {
    const part = partAt(source, at);
    if (part === "|") return [source];
    const whole = part + matchAt(quantifier, source, at + part.length);
    parts.push(whole);
    at += whole.length;
  }
  return parts;
}
