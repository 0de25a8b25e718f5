/** Why a text is no JSON, in words that no version of the runtime changes. */

const longestExamined = 1 << 20;
const strings = /"(?:[^"\\\n]|\\.)*"/g;
const reasons: readonly (readonly [RegExp, string])[] = [
  [/\/[/*]/, "it holds a comment"],
  [/,\s*[}\]]/, "a comma stands before a closing brace or bracket"],
  [/\b(?:NaN|Infinity)\b/, "it holds NaN or Infinity, which are no numbers in JSON"],
  [/'/, "its strings stand in single quotes"],
];

/** `text` is what JSON.parse refuses. */
export function whyNoJson(text: string): string {
  const bare = text.length > longestExamined ? "" : text.replaceAll(strings, '""');
  const known = reasons.find(([form]) => form.test(bare));
  return known === undefined ? "it is no JSON" : `it is no JSON: ${known[1]}`;
}
