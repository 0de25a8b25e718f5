/** Reads one log: its lines, the records of its format, the statements in them, and what became of their transactions. */
import type { EvidenceFile, ExtractContext, ObservationBatch } from "../extractor.ts";
import type { DialectId } from "../sql-script/dialects/dialect.ts";
import { Advice } from "./advice.ts";
import type { LogEvent } from "./event.ts";
import { formats } from "./formats/registry.ts";
import { Journal } from "./journal.ts";
import { readLines } from "./lines.ts";
import { noBindings } from "./parameters.ts";
import type { SqlLogOptions } from "./options.ts";
import type { StatementReader } from "./statement.ts";
import { Transactions } from "./transactions.ts";

export interface Reading {
  readonly statements: StatementReader;
  readonly dialect: DialectId;
  /** Another reader, of statements in another dialect. */
  readonly readerOf: (dialect: DialectId) => StatementReader;
}

export async function* readLog(
  file: EvidenceFile,
  options: SqlLogOptions,
  { statements, dialect, readerOf }: Reading,
  context: ExtractContext,
  progress: (bytes: number) => void,
): AsyncGenerator<ObservationBatch> {
  const format = formats[options.format];
  const journal = new Journal(file, context, options.dateFormat ?? "mdy");
  const rules = {
    sharesSession: format.sharesSession === true,
    nests: dialect === "sqlserver",
    beginCommits: dialect === "mysql",
  };
  const transactions = new Transactions(journal, rules);
  const { dateFormat, linePrefix } = options;
  const settings = { dialect, zone: context.zone, dateFormat, linePrefix };
  const parser = format.open(settings);
  const advice = new Advice({ format: options.format, settings, readerOf });
  const follow = (event: LogEvent) => take(event, { statements, transactions, journal, advice });
  for await (const { lines, encoding, bytesRead } of readLines(file, options.encoding, context)) {
    journal.encoding = encoding;
    for (const line of lines) {
      advice.line(line);
      for (const event of parser.take(line)) follow(event);
    }
    progress(bytesRead);
    yield* journal.take();
  }
  for (const event of parser.end()) follow(event);
  transactions.close();
  journal.end();
  const advised = advice.end();
  if (advised !== undefined) context.warn(advised, { file }, "loss");
  yield* journal.take();
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
