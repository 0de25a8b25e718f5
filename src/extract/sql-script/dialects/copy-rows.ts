/** COPY … FROM stdin: the lines behind it are its rows. https://www.postgresql.org/docs/current/sql-copy.html */
import { readTable } from "../names.ts";
import { reasonOf, RowTarget } from "../row-target.ts";
import { cutWarning, type Mode, type Script } from "../script.ts";
import { unescapeCopy } from "./escapes.ts";
import { capture, readLine } from "./statements.ts";

interface CopyForm {
  readonly delimiter: string;
  /** What stands for NULL. */
  readonly none: string;
  /** Why its lines are not read. */
  readonly fault: string | undefined;
}

/** Reads a COPY from its first word on. What it writes, or reads from elsewhere, holds no rows. */
export function readCopy(script: Script, isConditional: boolean): Mode {
  const { lexer } = script;
  const start = script.here();
  lexer.next();
  const table = readTable(lexer, script.session);
  const columns = table === undefined ? undefined : readNames(script);
  const isInput = lexer.is("FROM");
  lexer.next();
  const isStdin = isInput && lexer.is("STDIN");
  lexer.reset(start);
  lexer.next();
  return capture(script, script.ending("COPY"), ({ text, line, cut }) => {
    if (cut !== undefined || (isInput && (!isStdin || table === undefined)))
      return script.ledger.quarantine(text, cut ?? "COPY reads rows from elsewhere than the script", line);
    script.ledger.skip("COPY");
    if (!isStdin || table === undefined) return;
    const target = new RowTarget(script, { table, columns, text: `${text};`, isConditional, operation: "snapshot" });
    script.queued = new CopyRows(script, target, formOf(text));
  });
}

function readNames({ lexer }: Script): string[] | undefined {
  if (!lexer.isSymbol("(")) return undefined;
  const names: string[] = [];
  for (lexer.next(); lexer.isName(); lexer.next()) {
    names.push(lexer.text);
    lexer.next();
    if (!lexer.isSymbol(",")) break;
  }
  if (lexer.isSymbol(")")) lexer.next();
  return names;
}

const formatOption = /\b(CSV|BINARY)\b/i;
const delimiterOption = /\bDELIMITERS?\s*(?:AS\s*)?E?'(\\t|[^'])'/i;
const nullOption = /\bNULL\s*(?:AS\s*)?'([^']*)'/i;

function formOf(text: string): CopyForm {
  const options = text.slice(text.search(/\bSTDIN\b/i));
  const format = formatOption.exec(options)?.[1]?.toUpperCase();
  const delimiter = delimiterOption.exec(options)?.[1] ?? "\t";
  return {
    delimiter: delimiter === String.raw`\t` ? "\t" : delimiter,
    none: nullOption.exec(options)?.[1] ?? String.raw`\N`,
    fault: format === undefined ? undefined : `COPY in ${format} format is not read`,
  };
}

class CopyRows implements Mode {
  readonly #script: Script;
  readonly #target: RowTarget;
  readonly #form: CopyForm;
  /** The rest of the line that the statement stands on is no row. */
  #isBegun = false;

  constructor(script: Script, target: RowTarget, form: CopyForm) {
    this.#script = script;
    this.#target = target;
    this.#form = form;
  }

  step(): Mode | undefined {
    this.#script.isInUnit = true;
    this.#script.beginRecord(this.#script.lexer.mark());
    const line = readLine(this.#script);
    if (!this.#isBegun && line !== undefined) {
      this.#isBegun = true;
      return this;
    }
    if (line === undefined) return this.#cut();
    if (line.text === String.raw`\.`) return undefined;
    const { line: number } = this.#script.lexer;
    if (!this.#target.isMapped) this.#target.skip();
    else if (line.isWhole) this.#take(line.text, number);
    else this.#target.quarantine(line.text, "the script ends inside the row", number);
    return this;
  }

  #take(text: string, line: number): void {
    if (this.#form.fault !== undefined) return this.#target.quarantine(text, this.#form.fault, line);
    const { delimiter, none } = this.#form;
    // A backslash before the delimiter takes it along.
    const fields = text.split(delimiter);
    const cells = (text.includes(`\\${delimiter}`) ? rejoin(fields, delimiter) : fields).map((field) =>
      field === none ? null : unescapeCopy(field),
    );
    try {
      this.#target.take(cells, text, line);
    } catch (error) {
      this.#target.quarantine(text, reasonOf(error), line);
    }
  }

  #cut(): undefined {
    this.#script.ledger.warn(cutWarning, this.#script.lexer.line, "loss");
  }
}

/** Puts fields together again that were split behind a backslash of their own. */
function rejoin(fields: readonly string[], delimiter: string): string[] {
  const joined: string[] = [];
  let isOpen = false;
  for (const field of fields) {
    if (isOpen) joined[joined.length - 1] += delimiter + field;
    else joined.push(field);
    isOpen = /(?:^|[^\\])(?:\\\\)*\\$/.test(joined.at(-1) ?? "");
  }
  return joined;
}
