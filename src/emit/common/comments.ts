/** Line comments. Their text may come from the data, and script tools act upon comments too (GOTCHAS 8). */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/gu;
const longestComment = 200;

function harmless(text: string): string {
  const shown = text.length > longestComment ? `${text.slice(0, longestComment)}…` : text;
  return shown.replace(unprintable, " ").replaceAll("$(", "$ (").replaceAll("/*", "/ *").replaceAll("*/", "* /");
}

/** `-- text`, one line; long texts are cut. */
function comment(text: string): string {
  return `-- ${harmless(text)}`;
}

/** One comment line each. */
export function comments(lines: readonly string[]): string {
  return lines.map(comment).join("\n");
}
