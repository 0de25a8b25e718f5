/** The tables of database files as a profile sees them: all of them, whether they feed a target table or not. */
import { unreadable } from "../../files/sqlite.ts";
import type { CheckContext, SurveyedTable } from "../extractor.ts";
import type { RawValue } from "../../values/codec.ts";
import { InvalidText } from "./cells.ts";
import { readRows } from "./rows.ts";
import { survey, type SurveyedDatabase } from "./survey.ts";

/** One table after the other; a database is closed when its last table was asked for. */
export async function* surveyTables({ files, signal }: CheckContext): AsyncGenerator<SurveyedTable> {
  const { databases, close } = survey(files, []);
  try {
    for (const database of databases) yield* tablesOf(database, signal);
  } finally {
    close();
  }
}

function* tablesOf(database: SurveyedDatabase, signal: AbortSignal): Generator<SurveyedTable> {
  const { file, opened, plan } = database;
  const readWith = opened.readWith.map((suffix) => ({ name: "read with it", value: file.name + suffix }));
  const whole = opened.isDamaged ? ["the file is damaged or cut short; what can be read of it was"] : [];
  const lost = plan.malformed.map(({ name }) => `the catalog's entry of table ${name} is malformed`);
  for (const table of plan.unfed) {
    const damage = [...whole, ...lost];
    yield {
      file,
      part: table.name,
      facts: [{ name: "encoding", value: String(opened.db.pragma("encoding", { simple: true })) }, ...readWith],
      fields: table.columns.map(({ name }) => name),
      types: table.columns.map(({ declaredType }) => declaredType),
      rows: rowsOf(database, table, damage, signal),
      damage: () => damage,
    };
  }
}

async function* rowsOf(
  { opened, file }: SurveyedDatabase,
  table: SurveyedDatabase["plan"]["unfed"][number],
  damage: string[],
  signal: AbortSignal,
): AsyncGenerator<(RawValue | null)[][]> {
  let undecodable = 0;
  try {
    for (const event of readRows(
      opened.db,
      table,
      table.columns.map(({ name }) => name),
    )) {
      signal.throwIfAborted();
      if (event.kind === "damage")
        damage.push(`rows behind ${event.after ?? "the first"} cannot be read: ${event.reason}`);
      else {
        const rows = event.rows.filter((row) => !row.some((cell) => cell instanceof InvalidText));
        undecodable += event.rows.length - rows.length;
        yield rows as (RawValue | null)[][];
      }
    }
  } catch (error) {
    throw unreadable(file.name, error);
  }
  if (undecodable > 0) damage.push(`${undecodable} records hold text that is not valid UTF-8`);
}
