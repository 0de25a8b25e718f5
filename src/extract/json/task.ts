/** A value as it is read, and the record that it becomes: what is told of one that is no JSON, or not all of it. */
import { Comment } from "./comment.ts";
import { Nest } from "./nest.ts";
import type { PathNode } from "./path-tree.ts";
import { Run } from "./run.ts";

export interface JsonRecord {
  /** Whose tables it may feed; undefined for what stands where no record does. */
  readonly node: PathNode | undefined;
  /** As it stands in the text. */
  readonly text: string;
  /** 1-based line where it begins. */
  readonly line: number;
  /** Where it begins, in UTF-16 code units from the beginning of the text. */
  readonly at: number;
  /** Does an element of an array begin with it? */
  readonly isElement: boolean;
  readonly fault: string | undefined;
  /** Does the text end in the middle of it? */
  readonly isCut: boolean;
  /** It is too long to be held: what follows is its next piece. */
  readonly goesOn: boolean;
}

/** The value that is being read. */
export interface Task {
  readonly kind: "record" | "junk" | "name" | "skip";
  readonly node: PathNode | undefined;
  readonly scanner: Nest | Run | Comment;
  readonly isElement: boolean;
  line: number;
  at: number;
  /** The text of it that came with earlier chunks. */
  held: string[];
  heldLength: number;
  /** Its beginning was handed over. */
  isContinued: boolean;
}

const cutReason = "the file ends in the middle of the record";
const noRecord = "it stands where a record is expected, and is no JSON";
const comment = "it begins as a comment does, which JSON does not have";
const noName = "it stands where the name of a property is expected";

export function recordOf(task: Task, text: string, fault: string | undefined, isCut: boolean): JsonRecord {
  const { node, line, at, isElement, isContinued } = task;
  return { node, text, line, at, isElement: isElement && !isContinued, fault, isCut, goesOn: false };
}

export function faultOf({ kind, scanner }: Task, isCut: boolean): string | undefined {
  if (isCut) return cutReason;
  if (scanner instanceof Comment) return comment;
  if (kind === "junk") return scanner instanceof Run && scanner.kind === "file" ? noRecord : noName;
  return scanner instanceof Nest ? scanner.fault : undefined;
}
