/** Captures what a program prints, line by line as it prints it: whole, or not at all. */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../../errors.ts";
import type { CapturedFile } from "../capture/file.ts";
import type { CaptureFolder } from "../capture/folder.ts";
import type { CapturedTable } from "../capture/manifest.ts";
import type { ProgramOrder } from "./order.ts";
import { programLimits, runProgram } from "./program.ts";
import type { ProgramSurroundings } from "./program.ts";

/** What the capture calls the one thing that a program gives. */
const output = "output";

export interface OutputCapture {
  readonly folder: CaptureFolder;
  /** Tells what was asked; another question needs another capture. */
  readonly question: string;
}

/** The program's output, if it was captured whole. */
export function capturedOutput({ folder, question }: OutputCapture): CapturedTable | undefined {
  const known = folder.table(output, question);
  return known?.isComplete === true ? known : undefined;
}

/** Runs the program. Throws UserError where it fails: what it had printed by then is kept aside, and is no evidence. */
export async function captureOutput(
  order: ProgramOrder,
  { folder, question }: OutputCapture,
  surroundings: ProgramSurroundings,
  limits = programLimits,
): Promise<CapturedTable> {
  const readAt = new Date().toISOString();
  const files: CapturedFile[] = [];
  const stream = folder.stream(output, { onFile: (file) => files.push(file) });
  try {
    for await (const lines of runProgram(order, surroundings, limits)) await stream.append(lines);
    await stream.finish();
  } catch (error) {
    if (error instanceof UserError) {
      await stream.finish();
      throw withPartial(error, files, folder.setAside(files, "partial"));
    }
    await stream.discard();
    for (const { name } of files) fs.rmSync(path.join(folder.place.folder, name), { force: true });
    throw error;
  }
  folder.describe("the output of a program", []);
  const captured = { ...wholeOutput, question, readAt: [readAt], files };
  folder.setTable(output, captured);
  return captured;
}

const wholeOutput = { relation: output, columns: [], key: [], isComplete: true, isConsistent: true, limits: [] };

function withPartial(fault: UserError, files: readonly CapturedFile[], aside: string | undefined): UserError {
  if (aside === undefined) return fault;
  const { what, where, remedy, cause } = fault;
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const kept = `the ${lines} lines that it had printed are kept in ${aside}, and feed nothing`;
  return new UserError({ what, remedy: `${remedy}; ${kept}`, cause, ...(where === undefined ? {} : { where }) });
}
