/** How the beginning of a file shows that it is a change log, and of which format. */
import type { CdcOptions } from "./options.ts";

type Format = NonNullable<CdcOptions["format"]>;

interface Sign {
  readonly format: Format;
  /** What wrote it, for people. */
  readonly name: string;
  readonly evidence: string;
  readonly is: (head: string) => boolean;
}

const operation = String.raw`"__$operation"`;

function headerOf(head: string): string {
  return head.slice(0, head.search(/\r?\n|$/));
}

function isJson(head: string): boolean {
  return /^\s*[[{]/.test(head);
}

function isCanal(head: string): boolean {
  return isJson(head) && /"isDdl"\s*:/.test(head) && /"es"\s*:/.test(head);
}

function isMaxwell(head: string): boolean {
  const type = /"type"\s*:\s*"(?:insert|update|delete|bootstrap-\w+)"/;
  return isJson(head) && type.test(head) && /"database"\s*:/.test(head) && /"data"\s*:\s*\{/.test(head);
}

function isDebezium(head: string): boolean {
  const parts = [/"op"\s*:\s*\\?"[crudtm]\\?"/, /"source\\?"\s*:\s*\{/, /"(?:before|after)\\?"\s*:/];
  const schema = /"name"\s*:\s*"[^"]*\.Envelope"/;
  return isJson(head) && (parts.every((part) => part.test(head)) || schema.test(head));
}

function isChangeTable(head: string): boolean {
  return isJson(head) ? head.includes(operation) : /(?:^|,)"?__\$operation\b/i.test(headerOf(head));
}

function isLogDump(head: string): boolean {
  const header = headerOf(head);
  return /\bCurrent LSN\b/i.test(header) && /\bOperation\b/i.test(header);
}

/** In this order; the first that fits is it. */
export const signs: readonly Sign[] = [
  { format: "canal", name: "Canal's messages", evidence: "members of Canal's messages", is: isCanal },
  { format: "maxwell", name: "Maxwell's messages", evidence: "members of Maxwell's messages", is: isMaxwell },
  { format: "debezium", name: "Debezium's messages", evidence: "members of Debezium's messages", is: isDebezium },
  {
    format: "sqlserver-cdc",
    name: "a change table of SQL Server",
    evidence: "the column __$operation",
    is: isChangeTable,
  },
  { format: "fn-dblog", name: "SQL Server's transaction log", evidence: "the columns of fn_dblog", is: isLogDump },
];
