/**
 * How sqlcmd and osql see a script: lines, whatever quotes are open. A line of GO ends the batch (with a count, it runs so often), lines of `:` and
 * `!!` are commands, `$(name)` is a variable anywhere, in names, literals and comments too. Source: sqlcmd and osql utility reference,
 * "Commands", "sqlcmd scripting variables".
 */
const separator = /^[ \t]*GO(?:[ \t]+(\d+))?[ \t]*$/i;
const command = /^[ \t]*(?::|!!|(?:reset|ed|exit|quit)\b)/i;
// The editors among the tools break lines at the Unicode separators too.
const lineBreak = /\r\n|[\n\r\u0085\u2028\u2029]/;

export interface LineView {
  readonly batches: readonly string[];
  /** What the tool would act upon by itself. */
  readonly commands: readonly string[];
}

export function readByLine(script: string): LineView {
  const batches: string[] = [];
  const commands: string[] = [];
  let batch: string[] = [];
  const end = (times: number): void => {
    const text = batch.join("\n").trim();
    if (text !== "") for (let time = 0; time < times; time++) batches.push(text);
    batch = [];
  };
  for (const line of script.split(lineBreak)) {
    if (command.test(line) || line.includes("$(")) commands.push(line);
    const go = separator.exec(line);
    if (go === null) batch.push(line);
    else end(Number(go[1] ?? 1));
  }
  end(1);
  return { batches, commands };
}

/** What sqlcmd makes of a line without `-x`. Throws where a variable has no value, as sqlcmd stops there. */
export function substitute(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\(([^)]*)\)/g, (_, name: string) => {
    const value = variables.get(name.toUpperCase());
    if (value === undefined) throw new Error(`'${name}' scripting variable not defined.`);
    return value;
  });
}

const utf16Mark = "fffe";

/** The file's text as sqlcmd reads it with `-f 65001`: UTF-16 by its mark, else UTF-8. */
export function decodeScript(bytes: Buffer): string {
  const isUtf16 = bytes.subarray(0, 2).toString("hex") === utf16Mark;
  return new TextDecoder(isUtf16 ? "utf-16le" : "utf-8", { fatal: true }).decode(bytes);
}

/** The batches that reach the server. Throws at what the tool would act upon itself: our scripts have none of it. */
export function batchesForServer(bytes: Buffer, variables: ReadonlyMap<string, string> = new Map()): readonly string[] {
  const { batches, commands } = readByLine(substitute(decodeScript(bytes), variables));
  const [first] = commands;
  if (first !== undefined) throw new Error(`sqlcmd acts upon the line ${JSON.stringify(first)}`);
  return batches;
}
