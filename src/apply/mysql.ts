/** MySQL and MariaDB: a script is sent a statement at a time. */
import type { Connection } from "mysql2/promise";
import { form } from "../extract/mysql/form.ts";
import { formatAddress, readAddress } from "../extract/server/address.ts";
import type { AddressOptions } from "../extract/server/address.ts";
import type { TargetDatabase } from "../verify/target/database.ts";
import { unreachable } from "./failures.ts";
import { LoadFailure } from "./loader.ts";
import type { Loader, LoadSession } from "./loader.ts";

async function open({ options }: TargetDatabase): Promise<LoadSession> {
  const { createConnection } = await import("mysql2/promise");
  const { connectionOptions } = await import("../extract/mysql/session.ts");
  const address = readAddress(options as AddressOptions, form);
  let connection: Connection;
  try {
    connection = await createConnection({ ...connectionOptions(address), multipleStatements: true });
  } catch (error) {
    throw unreachable(formatAddress(address), error);
  }
  connection.on("error", () => undefined);
  return {
    run: async (statement) => {
      try {
        await connection.query(statement);
      } catch (error) {
        throw failureOf(error);
      }
    },
    close: () => connection.end().catch(() => connection.destroy()),
  };
}

/** What the server says has a number of its own; what the driver says of its socket has the system's. */
function failureOf(error: unknown): LoadFailure {
  const { message, sqlState } = error as Error & { readonly sqlState?: unknown };
  return LoadFailure.of(typeof sqlState === "string" ? "refused" : "lost", message, error);
}

/** Statements end with a semicolon at the end of a line: our scripts have no line break within one but after a comma or a bracket. */
function statements(script: Buffer): string[] {
  return script
    .toString("utf8")
    .split(/;\r?\n/)
    .filter((statement) => statement.replaceAll(/^\s*--.*$/gm, "").trim() !== "");
}

export const mysqlLoader: Loader = { dialect: "mysql", extractor: "mysql", rehearsal: undefined, statements, open };
