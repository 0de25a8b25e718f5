/** DuckDB, which writes and reads parquet. */
import { DuckDBInstance } from "@duckdb/node-api";

/** Runs statements and gives the last one's rows. `$file` stands for `file`. */
export async function duckdb(file: string, ...statements: readonly string[]): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    let rows: unknown[][] = [];
    for (const statement of ["SET TimeZone = 'UTC'", "SET threads = 1", ...statements]) {
      const reader = await connection.runAndReadAll(statement.replaceAll("$file", `'${file}'`));
      rows = reader.getRows();
    }
    return rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
