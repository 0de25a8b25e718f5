/** Servers that a survivor is loaded into, to be dumped from: in a database of its own, which is dropped afterwards. */
import { randomBytes } from "node:crypto";
import { UserError } from "../../../errors.ts";
import type { Table } from "../../../schema/model.ts";
import type { CanonicalValue } from "../../../values/codec.ts";
import type { Cells } from "../../truth/model.ts";
import type { CopiedTable } from "../model.ts";

/** No two runs share a database. */
export function ownDatabase(): string {
  return `salvage_drill_${randomBytes(6).toString("hex")}`;
}

/** A connection's parts as the programs take them. */
export interface ServerAddress {
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly password: string;
}

/** Throws UserError for what is no URL. */
export function readServer(text: string, port: number): ServerAddress {
  if (!URL.canParse(text))
    throw new UserError({
      what: "the server of the survivor is no URL",
      remedy: "Write it as scheme://user:password@host:port",
    });
  const url = new URL(text);
  return {
    host: url.hostname,
    port: url.port || String(port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}

export function unreachable({ host, port }: ServerAddress, cause: unknown): UserError {
  return new UserError({
    what: `no server that takes the login answers at ${host}:${port}, from which the survivor is to be dumped`,
    remedy: "Start it, name another as the survivor's `server`, or take another format",
    cause,
  });
}

/** Throws UserError for a name that the server would cut, in bytes or in characters. */
export function requireLengths(tables: readonly Table[], most: number, lengthOf: (name: string) => number): void {
  for (const table of tables)
    for (const name of [table.schema, table.name, ...table.columns.map((column) => column.name)])
      if (lengthOf(name) > most)
        throw new UserError({
          what: `the name ${name} is too long for the server: ${most} at most`,
          remedy: "Take another format",
          where: { table: table.id },
        });
}

/** Values of a row as the driver is given them. */
export function rowValues(
  { columns }: CopiedTable,
  cells: Cells,
  write: (value: CanonicalValue, index: number) => string | Buffer | null,
): (string | Buffer | null)[] {
  return columns.map((_, index) => write(cells[index] ?? null, index));
}

/** Canonical times end in 100 ns, those of these servers in microseconds: a loader cuts off what is finer. */
export function toMicroseconds(text: string): string {
  return text.replace(/(\.\d{6})\d/, "$10");
}
