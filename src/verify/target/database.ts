/** Where the rebuilt tables are: what `--target` says, as the extractor that reads it. */
import { z } from "zod";
import { UserError } from "../../errors.ts";
import type { Extractor } from "../../extract/extractor.ts";
import { findExtractor } from "../../extract/registry.ts";

export interface TargetDatabase {
  readonly extractor: Extractor;
  readonly options: Readonly<Record<string, unknown>>;
  /** `db.example:1433/Shop`, or the file; never a password. */
  readonly location: string;
}

const extractorByScheme: Readonly<Record<string, string>> = {
  "mssql:": "mssql",
  "sqlserver:": "mssql",
  "postgres:": "postgres",
  "postgresql:": "postgres",
  "mysql:": "mysql",
  "mariadb:": "mysql",
};

/** What may stand behind the `?` of a target's URL: options that a recipe's source has beside its `connection`. */
const parameters: Readonly<Record<string, (text: string) => unknown>> = {
  ssl: (text) => text,
  trustServerCertificate: (text) => text === "true",
};

/**
 * `text`: a URL, an ADO.NET connection string of a SQL Server, or the path of a SQLite file, which `absolute` completes. Throws UserError where it is
 * none that can be read.
 */
export function readTarget(text: string, absolute: (file: string) => string): TargetDatabase {
  if (/^\s*(?:server|data source|addr(?:ess)?)\s*=/i.test(text)) return built("mssql", { connection: text });
  const scheme = /^([a-z]+:)\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return built("sqlite", { path: absolute(text) });
  const id = extractorByScheme[scheme];
  if (id === undefined || !URL.canParse(text)) throw unreadable(scheme);
  const url = new URL(text);
  const options = Object.fromEntries([...url.searchParams].map(([name, value]) => [name, parameterOf(name, value)]));
  url.search = "";
  return built(id, { connection: url.href, ...options });
}

function parameterOf(name: string, value: string): unknown {
  const read = parameters[name];
  if (read !== undefined) return read(value);
  throw new UserError({
    what: `the target's URL holds the parameter ${name}, which is not read`,
    remedy: `Leave it out; those that are read are ${Object.keys(parameters).join(", ")}`,
  });
}

function built(id: string, given: Readonly<Record<string, unknown>>): TargetDatabase {
  const extractor = findExtractor(id);
  const parsed = extractor.options.safeParse(given);
  if (!parsed.success)
    throw new UserError({
      what: `the target cannot be read: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`,
      remedy: "Write it as mssql://user:password@host:1433/database, or the like",
    });
  const options = parsed.data;
  return { extractor, options, location: extractor.locate?.(options) ?? String(given["path"]) };
}

function unreadable(scheme: string): UserError {
  return new UserError({
    what: `the target begins with ${scheme}//, and is no URL of a database that can be read`,
    remedy: `Write it as ${Object.keys(extractorByScheme).join("//…, ")}//…, or give the path of a SQLite file`,
  });
}
