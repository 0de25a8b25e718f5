/** Emitted files, read back and taken apart. */
import fs from "node:fs";
import path from "node:path";
import type { EmitResult } from "../../src/emit/emitter.ts";
import { Lexer } from "../../src/tsql/lexer.ts";

export interface Script {
  readonly name: string;
  /** Decoded, without its byte order mark. */
  readonly text: string;
}

function decode(bytes: Buffer): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8";
  return new TextDecoder(encoding, { fatal: true }).decode(bytes);
}

export function readScripts(result: EmitResult): Script[] {
  return result.files.map((file) => ({ name: path.basename(file.path), text: decode(fs.readFileSync(file.path)) }));
}

/** The batches of a script as the server's own rules see them: GO outside of literals and comments. */
export function batchesOf(script: string): string[] {
  const lexer = new Lexer(script);
  const batches: string[] = [];
  let start = 0;
  for (let kind = lexer.next(); kind !== "end"; kind = lexer.next())
    if (kind === "go") {
      batches.push(script.slice(start, lexer.start).trim());
      start = lexer.end;
    }
  batches.push(script.slice(start).trim());
  return batches.filter((batch) => batch !== "");
}

/** The text of one file. */
export function scriptOf(scripts: readonly Script[], name: string): string {
  const script = scripts.find((candidate) => candidate.name === name);
  if (script === undefined) throw new Error(`${name} is not among ${scripts.map((other) => other.name).join(", ")}`);
  return script.text;
}

/** All files but the manifest. */
export function sqlScripts(scripts: readonly Script[]): Script[] {
  return scripts.filter(({ name }) => name.endsWith(".sql"));
}

export function dataFiles(scripts: readonly Script[]): Script[] {
  return scripts.filter(({ name }) => /^\d+-dbo/.test(name));
}

/** The batches with rows, in order: not the file's entry in the log. */
export function inserts(scripts: readonly Script[]): string[] {
  return dataFiles(scripts).flatMap(({ text }) =>
    batchesOf(text).filter((batch) => batch.startsWith("INSERT") && !batch.includes("[tablesalvage_log]")),
  );
}
