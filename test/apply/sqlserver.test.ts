/** What `apply` sends to a SQL Server: the real driver against the tests' TDS server, which takes every batch down. */
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { apply } from "../../src/pipeline.ts";
import type { Incident } from "../../src/pipeline.ts";
import { readTarget } from "../../src/verify/target/database.ts";
import { readByLine } from "../support/sqlcmd.ts";
import { userErrorOf } from "../extract/server-harness.ts";
import { runRecipe, services, temporaryFolder } from "../incident.ts";
import { ServerError } from "../support/tds/backend.ts";
import type { Backend } from "../support/tds/backend.ts";
import { startTdsServer } from "../support/tds/server.ts";
import type { TdsServer } from "../support/tds/server.ts";

interface Taken {
  /** Which connection it came by. */
  readonly connection: number;
  readonly batch: string;
}

interface Recorder {
  readonly taken: Taken[];
  readonly server: TdsServer;
  readonly target: string;
}

const open: TdsServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** `answer` may throw what the server says of a batch. */
async function recorder(answer: (batch: string, number: number) => void = () => undefined): Promise<Recorder> {
  const taken: Taken[] = [];
  let connections = 0;
  const backend: Backend = {
    version: [8, 0, 2039],
    connect: () => {
      const connection = ++connections;
      return {
        *execute(batch) {
          // The driver's own settings, which it sends before anything of ours.
          if (!batch.startsWith("set ")) {
            taken.push({ connection, batch });
            answer(batch, taken.length);
          }
          yield { kind: "done" };
        },
        transaction: () => undefined,
        close: () => undefined,
      };
    },
  };
  const server = await startTdsServer(backend);
  open.push(server);
  return { taken, server, target: `mssql://loader:secret@127.0.0.1:${server.port}/Shop?ssl=disable` };
}

let incident: Incident;
beforeAll(async () => {
  incident = (await runRecipe("recipes/flagship.yaml", path.join(temporaryFolder(), "incident"))).incident;
});

function applied(target: string, isRehearsal = false) {
  const found = readTarget(target, (file) => path.resolve(file));
  return apply(incident, services, { target: found, isRehearsal, confirm: () => Promise.resolve() });
}

/** The scripts' batches as sqlcmd would cut them, file by file in the manifest's order. */
function emittedBatches(): string[][] {
  const { out } = layoutOf(incident.directory);
  const { files } = JSON.parse(fs.readFileSync(path.join(out, "manifest.json"), "utf8")) as {
    files: { file: string; purpose: string }[];
  };
  return files
    .filter(({ purpose }) => purpose !== "rollback" && purpose !== "loader")
    .map(({ file }) => {
      // For 2000 they are UTF-16.
      const text = fs.readFileSync(path.join(out, file), "utf16le").replace(/^\ufeff/, "");
      return [...readByLine(text).batches];
    });
}

describe("the flagship's scripts", () => {
  it("arrive batch by batch, each script by a connection of its own", async () => {
    const { taken, server, target } = await recorder();
    const report = await applied(target);
    const files = emittedBatches();
    expect(taken.map(({ batch }) => batch)).toEqual(files.flat());
    expect(taken.map(({ connection }) => connection)).toEqual(files.flatMap((file, at) => file.map(() => at + 1)));
    expect(report.files).toHaveLength(files.length);
    await vi.waitFor(() => expect(server.connections.open).toBe(0));
    expect(server.logins.every(({ isReadOnly }) => !isReadOnly)).toBe(true);
  });

  it("stop at what the server refuses, and go on with that script", async () => {
    const files = emittedBatches();
    const failing = files.slice(0, 6).flat().length + 5;
    const refusing = await recorder((_batch, number) => {
      if (number === failing) throw new ServerError(2627, "Violation of PRIMARY KEY constraint.", 14);
    });
    const error = await userErrorOf(applied(refusing.target));
    expect(error.message).toContain("Violation of PRIMARY KEY constraint.");
    expect(error.message).not.toContain("secret");
    expect(refusing.taken).toHaveLength(failing);
    const { length } = refusing.taken;
    await applied(refusing.target);
    expect(refusing.taken.slice(length).map(({ batch }) => batch)).toEqual(files.slice(6).flat());
  });

  it("go on after a connection that broke while a script was committed", async () => {
    const files = emittedBatches();
    const breaking = files.slice(0, 4).flat().length + (files[4]?.length ?? 0);
    let isLoaded = false;
    const { taken, server, target } = await recorder((batch, number) => {
      if (number === breaking) throw new ServerError(596, "The session was killed.", 21);
      if (isLoaded && batch.startsWith("IF EXISTS"))
        throw new ServerError(50_000, "tablesalvage: rows of this file are in dbo.Warehouses already.", 16);
    });
    const error = await userErrorOf(applied(target));
    expect(error.remedy).toContain("run the same command again");
    isLoaded = true;
    const { length } = taken;
    const stopped = await userErrorOf(applied(target));
    // The script that broke is taken as kept; the next one, which nobody began, is somebody else's.
    expect(stopped.where?.file).toContain(path.basename(layoutOf(incident.directory).out));
    expect(taken.slice(length).filter(({ batch }) => batch.startsWith("IF EXISTS"))).toHaveLength(2);
    await vi.waitFor(() => expect(server.connections.open).toBe(0));
  });

  it("go on behind what may fail by itself on 2000, and stop at their end", async () => {
    let failed = "";
    const { taken, target } = await recorder((batch) => {
      if (batch.includes("GRANT SELECT")) {
        failed = batch;
        throw new ServerError(15_151, "Cannot find the user 'order_entry'.", 16);
      }
      if (failed !== "" && batch.startsWith("IF EXISTS (SELECT * FROM #tablesalvage_failures)"))
        throw new ServerError(50_000, "tablesalvage: not all could be made; see above.", 16);
    });
    const error = await userErrorOf(applied(target));
    expect(error.message).toContain("not all could be made");
    const batches = taken.map(({ batch }) => batch);
    expect(batches[batches.indexOf(failed) + 1]).toMatch(/^IF @@ERROR <> 0 INSERT INTO #tablesalvage_failures /);
    expect(batches.at(-1)).toMatch(/^IF EXISTS \(SELECT \* FROM #tablesalvage_failures\)/);
  });

  it("are rehearsed in one transaction", async () => {
    const { taken, target } = await recorder();
    const report = await applied(target, true);
    expect(report.isRehearsal).toBe(true);
    const batches = taken.map(({ batch }) => batch);
    expect(batches[0]).toBe("BEGIN TRANSACTION");
    expect(batches.at(-1)).toBe("IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION");
    expect(batches.filter((batch) => /^(?:BEGIN|COMMIT) TRANSACTION$/.test(batch))).toHaveLength(1);
    expect(batches.filter((batch) => batch.includes("has an open transaction"))).toEqual([]);
    expect(new Set(taken.map(({ connection }) => connection)).size).toBe(1);
  });
});
