/** A script before it is read: its dialect and its encoding, declared or told by how it begins. */
import type { EvidenceFile } from "../extractor.ts";
import { declaredEncoding, detect, readHead } from "./dialects/detect.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { dialects } from "./dialects/registry.ts";
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
