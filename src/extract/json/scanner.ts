/**
 * Walks JSON text of any length and hands over its records, whatever the chunks it comes in: elements of an array, objects one after the other,
 * or what stands at a path. Only the record that is being read is held. What is no JSON is handed over too, with its fault.
 */
import { readString } from "../text/json.ts";
import { longestRecord, tooLong } from "../text/long-record.ts";
import { closeBrace, closeBracket, colon, comma, lineFeed, openBrace, openBracket, quote, slash } from "./codes.ts";
import { Comment } from "./comment.ts";
import { faultOf, type JsonRecord, recordOf, type Task } from "./task.ts";
import { Nest, type Resumes } from "./nest.ts";
import type { PathNode } from "./path-tree.ts";
import { Run } from "./run.ts";

/** What holds the values between which the walk stands. */
interface Level {
  readonly kind: "file" | "array" | "object";
  readonly node: PathNode;
  /** An object: what comes next. */
  expects: "name" | "colon" | "value";
  /** An object: the name that was read last. */
  name: string;
  /** An object of the file itself, below which the rows stand. */
  readonly isRoot: boolean;
}

const unclosed = "it is not closed before the next one begins";
/** After a record with more lines like beginnings all are left at once: a file of cut lines would else be read once a line. */
const mostResumptions = 16;
const mostLeftovers = 1000;

export class JsonScanner {
  /** Properties on the way to the rows that lead to none. */
  readonly leftovers = new Set<string>();
  /** Where records, or the array for them, were met. */
  readonly met = new Set<PathNode>();
  /** Objects of the file in which nothing stands at any of the paths. */
  rowless = 0;
  /** Is there anything but blanks? */
  isBegun = false;
  /** Did commas or brackets stand between the records of a file that is no array? */
  isHeadless = false;
  /** Did the text end before what it had opened was closed? */
  isUnclosed = false;
  readonly #levels: Level[];
  readonly #longest: number;
  #task: Task | undefined;
  #text = "";
  #at = 0;
  /** Where in `#text` the part of the task begins that is not held yet. */
  #from = 0;
  /** Code units before `#text`. */
  #base = 0;
  #line = 1;
  /** Where on its line the next value would begin; -1 behind anything but indentation. */
  #indent = 0;
  #hasRows = false;
  #wholeRecords = 0;
  /** No whole record holds a line that looks like the beginning of one. */
  #isLineSafe = true;
  #isStrict = false;

  constructor(tree: PathNode, longest = longestRecord) {
    this.#levels = [{ kind: "file", node: tree, expects: "value", name: "", isRoot: false }];
    this.#longest = longest;
  }

  /** Where the record that is being read begins, in code units of the whole text. */
  get pendingFrom(): number {
    return this.#task?.at ?? this.#base + this.#at;
  }

  /** The records that are complete with this text. Ask for all of them. */
  *write(text: string): Generator<JsonRecord> {
    this.#base += this.#text.length;
    this.#text = text;
    [this.#at, this.#from] = [0, 0];
    yield* this.#walk();
    while (this.#task !== undefined && this.#task.heldLength >= this.#longest) {
      yield* this.#passOn(this.#task);
      yield* this.#walk();
    }
  }

  /** What stands at the end of the text. */
  *end(): Generator<JsonRecord> {
    for (let task = this.#task; task !== undefined; task = this.#task) {
      if (this.#mayLeave(task)) yield* this.#leave(task);
      else yield* this.#finish(task, task.scanner instanceof Nest);
      yield* this.#walk();
    }
    this.isUnclosed = this.#levels.length > 1;
    while (this.#levels.length > 1) this.#pop();
  }

  get #level(): Level {
    return this.#levels.at(-1) as Level;
  }

  /** Reads what is there; what is begun then is held. */
  *#walk(): Generator<JsonRecord> {
    while (this.#at < this.#text.length)
      if (this.#task === undefined) this.#step(this.#text.charCodeAt(this.#at));
      else yield* this.#scan(this.#task);
    if (this.#task !== undefined) this.#hold(this.#task);
  }

  #hold(task: Task): void {
    if (task.kind !== "skip" && this.#from < this.#text.length) {
      task.held.push(this.#text.slice(this.#from));
      task.heldLength += this.#text.length - this.#from;
    }
    this.#from = this.#text.length;
  }

  *#scan(task: Task): Generator<JsonRecord> {
    this.#at = task.scanner.scan(this.#text, this.#at);
    if (task.scanner.isClosed) yield* this.#finish(task, false);
    else if (task.scanner instanceof Nest && task.scanner.isLeft) yield* this.#leave(task);
  }

  /** Ends the task where the walk stands. */
  *#finish(task: Task, isCut: boolean): Generator<JsonRecord> {
    const { kind, scanner } = task;
    const text = task.held.join("") + this.#text.slice(this.#from, this.#at);
    this.#task = undefined;
    this.#line += scanner.lines;
    this.#indent = text.endsWith("\n") ? 0 : -1;
    if (kind === "name" && !isCut) this.#level.name = nameOf(text);
    if (kind === "record" && scanner instanceof Nest && !isCut) this.#learn(scanner);
    if (kind === "record" || kind === "junk" || task.isContinued)
      yield recordOf(task, text, task.isContinued ? tooLong : faultOf(task, isCut), isCut);
  }

  #learn({ fault, resumptions }: Nest): void {
    if (fault !== undefined) return;
    this.#wholeRecords++;
    if (resumptions > 0) this.#isLineSafe = false;
  }

  /** Nothing but the end tells that the record is not whole: it is left only where records are known to begin on lines like that. */
  #mayLeave({ scanner }: Task): boolean {
    return scanner instanceof Nest && scanner.mayBeLeft && this.#wholeRecords > 0;
  }

  /** Ends a faulty record before the line where the next one begins, and goes back there. */
  *#leave(task: Task): Generator<JsonRecord> {
    const { fault, resumption = { length: 0, lines: 0 }, resumptions } = task.scanner as Nest;
    if (task.at < this.#base) this.#takeBack(task);
    const begin = task.at - this.#base;
    this.#at = begin + resumption.length;
    this.#indent = 0;
    this.#line = task.line + resumption.lines;
    this.#task = undefined;
    if (resumptions > mostResumptions) this.#isStrict = true;
    yield recordOf(task, this.#text.slice(begin, this.#at), fault ?? unclosed, false);
  }

  /** The text begins with the task again. */
  #takeBack(task: Task): void {
    this.#text = task.held.join("") + this.#text.slice(this.#from);
    this.#base = task.at;
  }

  /** A record that fills the memory is handed over in pieces. */
  *#passOn(task: Task): Generator<JsonRecord> {
    if (this.#mayLeave(task)) {
      yield* this.#leave(task);
      return;
    }
    if (task.scanner instanceof Nest) task.scanner.stay();
    const text = task.held.join("");
    yield { ...recordOf(task, text, tooLong, false), goesOn: true };
    task.at += text.length;
    [task.held, task.heldLength, task.isContinued] = [[], 0, true];
  }

  #step(code: number): void {
    if (code === lineFeed) {
      this.#line++;
      this.#pass(0);
    } else if (code === 32 || code === 9 || code === 13) this.#pass(this.#indent < 0 ? -1 : this.#indent + 1);
    else this.#stepToValue(code);
  }

  #stepToValue(code: number): void {
    this.isBegun = true;
    if (code === slash) this.#begin("junk", undefined, new Comment());
    else if (this.#level.kind === "object") this.#stepInObject(code, this.#level);
    else this.#stepInArray(code, this.#level);
  }

  /** Goes on by one character. */
  #pass(indent: number): void {
    this.#at++;
    this.#indent = indent;
  }

  #stepInArray(code: number, { kind, node }: Level): void {
    const isBetween = code === comma || code === closeBracket;
    if (isBetween && kind === "file") this.isHeadless = true;
    if (code === closeBracket && kind === "array") this.#pop();
    if (isBetween) this.#pass(code === comma && this.#indent >= 0 ? this.#indent + 1 : -1);
    else if (code === openBracket && kind === "file") this.#open("array", node);
    else if (code === openBrace && node.tables.length === 0) this.#openRoot(node);
    else this.#beginRecord(code, node, kind === "array");
  }

  #stepInObject(code: number, level: Level): void {
    if (level.expects === "name") this.#stepToName(code);
    else if (level.expects === "colon") {
      level.expects = code === colon ? "value" : "name";
      if (code === colon) this.#pass(-1);
    } else {
      level.expects = "name";
      if (code !== comma && code !== closeBrace) this.#beginMember(code, level);
    }
  }

  #stepToName(code: number): void {
    if (code === comma) this.#pass(-1);
    else if (code === closeBrace) {
      this.#pop();
      this.#pass(-1);
    } else if (code === quote) {
      this.#level.expects = "colon";
      this.#begin("name", undefined, new Nest(-1, "never"));
    } else this.#begin("junk", undefined, new Run("name"));
  }

  #beginMember(code: number, { node, name }: Level): void {
    const child = node.children.get(name.toLowerCase());
    if (child === undefined) this.#skip(code, node, name);
    else if (child.tables.length > 0 && code === openBracket) this.#open("array", child);
    else if (child.tables.length > 0) this.#beginRecord(code, child, false);
    else if (code === openBrace) this.#open("object", child);
    else this.#skip(code, node, name);
  }

  #skip(code: number, { path }: PathNode, name: string): void {
    if (this.leftovers.size < mostLeftovers) this.leftovers.add(path === "" ? name : `${path}.${name}`);
    this.#begin("skip", undefined, isNested(code) ? new Nest(-1, "never") : new Run("member"));
  }

  /** An object of the file, in which the rows stand somewhere below. */
  #openRoot(node: PathNode): void {
    this.#hasRows = false;
    this.#open("object", node, true);
  }

  #open(kind: "array" | "object", node: PathNode, isRoot = false): void {
    this.#meet(node);
    this.#levels.push({ kind, node, expects: kind === "object" ? "name" : "value", name: "", isRoot });
    this.#pass(this.#indent < 0 ? -1 : this.#indent + 1);
  }

  #meet(node: PathNode): void {
    if (node.tables.length === 0) return;
    this.met.add(node);
    this.#hasRows = true;
  }

  #pop(): void {
    const level = this.#levels.pop();
    if (level?.isRoot === true && !this.#hasRows) this.rowless++;
  }

  #beginRecord(code: number, node: PathNode, isElement: boolean): void {
    const { kind } = this.#level;
    this.#meet(node);
    if (kind === "file" && !isContainer(code)) this.#begin("junk", undefined, new Run("file"));
    else if (isNested(code)) this.#begin("record", node, new Nest(this.#indent, this.#resumes(kind)), isElement);
    else this.#begin("record", node, new Run(kind === "object" ? "member" : "element"), isElement);
  }

  /** Where lines may be trusted to tell of records: objects one a line always, elements of an array once some were seen. */
  #resumes(kind: Level["kind"]): Resumes {
    if (kind === "object" || !this.#isLineSafe || (kind === "array" && this.#wholeRecords === 0)) return "never";
    return this.#isStrict ? "at once" : "at fault";
  }

  #begin(kind: Task["kind"], node: PathNode | undefined, scanner: Nest | Run | Comment, isElement = false): void {
    const at = this.#base + this.#at;
    this.#from = this.#at;
    this.#task = {
      kind,
      node,
      scanner,
      isElement,
      line: this.#line,
      at,
      held: [],
      heldLength: 0,
      isContinued: false,
    };
  }
}

function isContainer(code: number): boolean {
  return code === openBrace || code === openBracket;
}

function isNested(code: number): boolean {
  return isContainer(code) || code === quote;
}

function nameOf(text: string): string {
  try {
    return readString(text);
  } catch {
    return text;
  }
}
