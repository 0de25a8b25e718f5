/** A script before it is read: its dialect and its encoding, declared or told by how it begins. */
import type { EvidenceFile, ExtractContext } from "../extractor.ts";
import { hasUndecodable, readText } from "../text/decode.ts";
import { EndMark } from "./dialects/end-mark.ts";
import { declaredEncoding, detect, readHead } from "./dialects/detect.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { dialects } from "./dialects/registry.ts";
import type { Ledger } from "./ledger.ts";
import type { SqlScriptOptions } from "./options.ts";

export interface OpenedScript {
  readonly file: EvidenceFile;
  readonly dialect: Dialect;
  /** What shows the dialect; undefined where it is declared, or nothing shows another than T-SQL. */
  readonly evidence?: string;
  readonly encoding: string | undefined;
  readonly head: string;
}

/** Throws UserError where the script may be of two dialects, and for a file that cannot be opened. */
export async function openScript(file: EvidenceFile, options: SqlScriptOptions): Promise<OpenedScript> {
  const head = await readHead(file);
  const found = options.dialect === undefined ? detect(head, file) : undefined;
  const id = options.dialect ?? found?.dialect ?? "sqlserver";
  const encoding = options.encoding ?? declaredEncoding(head, id);
  const isTold = found !== undefined && id !== "sqlserver";
  return { file, dialect: dialects[id], encoding, head, ...(isTold ? { evidence: found.evidence } : {}) };
}

/** The script's text, and on the way what the ledger has to know of it. `progress` is told bytes of the file as it lies. */
export async function* readPieces(
  { file, encoding, dialect, head }: OpenedScript,
  ledger: Ledger,
  context: Pick<ExtractContext, "signal" | "warn">,
  progress: (bytes: number) => void,
): AsyncGenerator<string> {
  const endMark = new EndMark(dialect.id, head);
  for await (const chunk of readText(file, { encoding, signal: context.signal })) {
    ledger.encoding = chunk.encoding;
    ledger.holdsUndecodable ||= hasUndecodable(chunk.text, chunk.encoding);
    progress(chunk.bytesRead);
    if (chunk.cut !== undefined) context.warn(`the script is cut short: ${chunk.cut}`, { file }, "loss");
    endMark.follow(chunk.text);
    yield chunk.text;
  }
  const { missing } = endMark;
  if (missing !== undefined) context.warn(`the dump is cut short: it does not end in \`${missing}\``, { file }, "loss");
}
