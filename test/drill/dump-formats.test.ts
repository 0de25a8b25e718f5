/** Survivors that programs of others write: real round trips. Where a program or a server is missing they are skipped, with a message. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findTool } from "../support/dump-tools.ts";
import { findMysql, findPostgres } from "../support/servers.ts";
import { copies, expectCopy, formatOf, longValues, plain } from "./format-harness.ts";

const [postgres, mysql] = [await findPostgres(), await findMysql()];

const programs = [
  { id: "sqlite3-dump", isHere: findTool("sqlite3") !== undefined, server: undefined },
  {
    id: "pg_dump",
    isHere: findTool("pg_dump") !== undefined && postgres.absent === undefined,
    server: postgres.url.href,
  },
  {
    id: "mysqldump",
    isHere: findTool("mysqldump", "mariadb-dump") !== undefined && mysql.absent === undefined,
    server: mysql.url.href,
  },
  { id: "libreoffice", isHere: findTool("soffice", "libreoffice") !== undefined, server: undefined },
];

const sample = fc.sample(copies(undefined, 12), { numRuns: 6, seed: 11 });

describe.each(programs)("$id", ({ id, isHere, server }) => {
  const options = { ...plain, server };

  it.skipIf(!isHere)(
    "is read as it is said to be written",
    async () => {
      // LibreOffice takes seconds for each table.
      for (const copy of id === "libreoffice" ? sample.slice(0, 1) : sample)
        await expectCopy(formatOf(id), copy, options);
      expect(sample).not.toEqual([]);
    },
    120_000,
  );

  it.skipIf(!isHere)(
    "holds long texts, or says what is left of them",
    async () => {
      await expect(expectCopy(formatOf(id), longValues, options)).resolves.toBeUndefined();
    },
    120_000,
  );

  it.skipIf(!isHere)(
    "is the same bytes every time",
    async () => {
      const [copy] = sample;
      if (copy === undefined) throw new Error("no sample");
      const [first, second] = [await formatOf(id).write(copy, options), await formatOf(id).write(copy, options)];
      expect(second.map(({ bytes }) => bytes.toString("latin1"))).toEqual(
        first.map(({ bytes }) => bytes.toString("latin1")),
      );
    },
    120_000,
  );
});
