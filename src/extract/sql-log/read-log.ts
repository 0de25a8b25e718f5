/** Reads one log, of a file or of several that follow on each other: its lines, the records of its format, the statements in them, and what became of their transactions. */
import type { EvidenceFile, ExtractContext, ObservationBatch } from "../extractor.ts";
import type { Advice } from "./advice.ts";
import type { FormatSettings, LogEvent, LogLine } from "./event.ts";
import { formats } from "./formats/registry.ts";
import { Journal } from "./journal.ts";
import { readLines } from "./lines.ts";
import { noBindings } from "./parameters.ts";
import type { SqlLogOptions } from "./options.ts";
import type { StatementReader } from "./statement.ts";
import { Transactions } from "./transactions.ts";

export interface Reading {
  readonly settings: FormatSettings;
  readonly statements: StatementReader;
  readonly advice: Advice;
}

/** `files`: the oldest first. `progress` is told what is read of which. */
export async function* readLog(
  files: readonly EvidenceFile[],
  options: SqlLogOptions,
  { settings, statements, advice }: Reading,
  context: ExtractContext,
  progress: (file: EvidenceFile, bytes: number) => void,
): AsyncGenerator<ObservationBatch> {
  const format = formats[options.format];
  const journal = new Journal(context, options.dateFormat ?? "mdy");
  const rules = {
    sharesSession: format.sharesSession === true,
    nests: settings.dialect === "sqlserver",
    beginCommits: settings.dialect === "mysql",
  };
  const transactions = new Transactions(journal, rules);
  const open = () => format.open(settings);
  let parser = open();
  let last: LogLine | undefined;
  const follow = (event: LogEvent) =>
    take(format.provesItsEnd === true ? event : doubted(event, last), { statements, transactions, journal, advice });
  for (const file of files) {
    // What is cut at the end of a file does not go on in the next.
    if (last !== undefined && (format.joinsFiles !== true || last.ending === "")) {
      for (const event of parser.end()) follow(event);
      parser = open();
    }
    const first = (last?.number ?? 0) + 1;
    journal.open(file, first);
    for await (const { lines, encoding, bytesRead } of readLines(file, first, options.encoding, context)) {
      journal.encoding = encoding;
      for (const line of lines) {
        last = line;
        advice.line(line);
        for (const event of parser.take(line)) follow(event);
      }
      progress(file, bytesRead);
      yield* journal.take();
    }
  }
  for (const event of parser.end()) follow(event);
  transactions.close();
  journal.end();
  yield* journal.take();
}

/** What the last line of the file belongs to, where no newline ends that line: the rest of it may be missing. */
function doubted(event: LogEvent, last: LogLine | undefined): LogEvent {
  if (last?.ending !== "" || (event.kind !== "statement" && event.kind !== "row")) return event;
  const isCut = event.line + event.raw.split("\n").length - 1 >= last.number;
  if (!isCut) return event;
  const { line, raw } = event;
  return { kind: "fault", line, raw, reason: "the file ends without a newline: the rest of the record may be missing" };
}

interface Followers {
  readonly statements: StatementReader;
  readonly transactions: Transactions;
  readonly journal: Journal;
  readonly advice: Advice;
}

function take(event: LogEvent, { statements, transactions, journal, advice }: Followers): void {
  advice.event(event);
  switch (event.kind) {
    case "statement": {
      const outcomes = outcomesOf(event, statements);
      advice.statement(event, outcomes);
      return transactions.statement(event, outcomes);
    }
    case "row":
      return transactions.statement({ ...event, kind: "statement", text: "", bindings: noBindings, fate: "done" }, [
        statements.readRow(event),
      ]);
    case "step":
      return transactions.step(event);
    case "failure":
      return transactions.failure(event);
    case "end":
      return transactions.end(event);
    case "restart":
      return transactions.restart(event.rule);
    case "skip":
      return journal.skip(event.rule);
    case "fault":
      return journal.enter({ outcome: event, at: undefined, line: event.line, raw: event.raw });
  }
}

function outcomesOf(
  { text, bindings, database }: Extract<LogEvent, { kind: "statement" }>,
  statements: StatementReader,
) {
  const outcomes = statements.read(text, bindings, database);
  return outcomes.length === 0 ? [{ kind: "skip", rule: "no statement" } as const] : outcomes;
}
