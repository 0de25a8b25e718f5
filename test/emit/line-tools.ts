/**
 * How sqlcmd and osql see a script: lines, whatever quotes are open. A line of GO ends the batch, lines of `:` and `!!`
 * are commands, `$(name)` is a variable anywhere. Source: sqlcmd and osql utility reference, "Commands".
 */
const separator = /^[ \t]*GO(?:[ \t]+\d+)?[ \t]*$/i;
const command = /^[ \t]*(?::|!!|(?:reset|ed|exit|quit)\b)/i;

export interface LineView {
  readonly batches: readonly string[];
  /** What the tool would act upon by itself. */
  readonly commands: readonly string[];
}

export function readByLine(script: string): LineView {
  const batches: string[] = [];
  const commands: string[] = [];
  let batch: string[] = [];
  // The editors among the tools break lines at the Unicode separators too.
  for (const line of script.split(/\r\n|[\n\r\u0085\u2028\u2029]/)) {
    if (command.test(line) || line.includes("$(")) commands.push(line);
    if (separator.test(line)) {
      batches.push(batch.join("\n").trim());
      batch = [];
    } else batch.push(line);
  }
  batches.push(batch.join("\n").trim());
  return { batches: batches.filter((text) => text !== ""), commands };
}
