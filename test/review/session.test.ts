/** The review over a real incident: what is in the queue, what decisions do, what two people do to each other. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { readDecisions } from "../../src/decisions/file.ts";
import { layoutOf } from "../../src/incident.ts";
import type { ReviewSession } from "../../src/review/session.ts";
import { explain, status } from "../../src/pipeline.ts";
import type { Incident } from "../../src/pipeline.ts";
import { userErrorOf } from "../extract/server-harness.ts";
import { emittedRows, outputBytes, writeFiles } from "../incident.ts";
import { again, anna, bob, decisionsOf, review, runPeople } from "./people.ts";

function names(incident: Incident): Record<string, unknown> {
  const [table] = incident.tables;
  if (table === undefined) throw new Error("one table");
  return Object.fromEntries(emittedRows({ incident }, table).map(([id, name]) => [String(id), name]));
}

function itemOf(session: ReviewSession, key: string, column: string | null) {
  const found = session
    .groups()
    .flatMap(({ id, items }) => session.items(id, 0, items))
    .find((item) => item.key === key && item.column === column);
  if (found === undefined) throw new Error(`no item ${key} ${column}`);
  return session.item(found.id);
}

async function thrown(work: () => unknown): Promise<string> {
  return (await userErrorOf((async () => work())())).message;
}

describe("the queue", () => {
  it("has contested cells and withheld rows by pattern, and what is needed to decide them", async () => {
    const { incident } = await runPeople();
    await review(incident, async (session) => {
      expect(
        session.groups().map(({ table, column, class: kind, said, items }) => [table, column, kind, said, items]),
      ).toEqual([
        ["dbo.People", "Name", "contested", "shop has another value, against crm", 3],
        ["dbo.People", "Name", "contested", "shop has more behind it, against crm", 3],
        [
          "dbo.People",
          null,
          "withheld",
          "uncertain: absent from replica, complete as of 2026-02-01T00:00:00.000Z; more than 5 % of the table would be deleted by inference",
          3,
        ],
        ["dbo.People", null, "withheld", "not null: Salary is NULL", 1],
      ]);
      const ada = itemOf(session, "001", "Name");
      expect(ada).toMatchObject({
        item: { table: "dbo.People", value: "Ada", reason: "2 values, no rule decided", given: undefined },
        claims: [
          { number: 1, value: "Ada", witnesses: [{ source: "crm", time: null, locator: "crm.csv line 2" }] },
          { number: 2, value: "Ada L.", witnesses: [{ source: "shop", locator: "shop.csv line 2" }] },
        ],
        choices: ["claim", "value", "null", "withhold"],
        verdict: "emitted",
      });
      expect(ada.row.map(({ column, value, class: kind }) => [column, value, kind])).toEqual([
        ["ID", "001", "corroborated"],
        ["Name", "Ada", "contested"],
        ["Salary", "1.0000", "corroborated"],
      ]);
      expect(itemOf(session, "007", "Salary").choices).toEqual(["value", "withhold"]);
      expect(itemOf(session, "008", null).choices).toEqual(["withhold", "keep"]);
      expect(await session.raw(ada.item.id, "shop", "shop.csv line 2")).toMatchObject({
        lines: [
          { number: 1, text: "ID,Name", isIt: false },
          { number: 2, text: "001,Ada L.", isIt: true },
          { number: 3 },
          { number: 4 },
          { number: 5 },
        ],
      });
      expect((await userErrorOf(session.raw(ada.item.id, "shop", "../../etc/passwd line 1"))).message).toContain(
        "no claim of this item stands there",
      );
    });
  });

  it("lies in one file that two runs make the same", async () => {
    const { incident } = await runPeople();
    const { review: file } = layoutOf(incident.directory);
    const bytes = fs.readFileSync(file);
    fs.rmSync(file);
    await again(incident);
    expect(fs.readFileSync(file).equals(bytes)).toBe(true);
  });
});

describe("decisions of the review", () => {
  it("are applied by the next run: a claim, a value, NULL, a row withheld, a row kept, a cell that was missing", async () => {
    const { incident } = await runPeople();
    await review(incident, (session) => {
      const decide = (key: string, column: string | null, choice: Parameters<ReviewSession["decide"]>[1]): void => {
        const { item, seen } = itemOf(session, key, column);
        session.decide(item.id, choice, seen, anna);
      };
      decide("001", "Name", { kind: "claim", number: 2 });
      decide("002", "Name", { kind: "value", value: "Grace Hopper" });
      decide("003", "Name", { kind: "null" });
      decide("004", "Name", { kind: "withhold" });
      decide("007", "Salary", { kind: "value", value: "77.5" });
      decide("008", null, { kind: "keep" });
      decide("009", null, { kind: "withhold" });
      expect(session.progress()).toMatchObject({ items: 10, decided: 7, by: [{ name: "anna", decisions: 7 }] });
    });
    const { report } = await again(incident);
    expect(names(incident)).toEqual({
      "001": "Ada L.",
      "002": "Grace Hopper",
      "003": null,
      "005": "Barbara",
      "006": "Donald",
      "007": null,
      "008": null,
    });
    expect(report.notes).toContain("decisions.yaml: 7 of 7 decisions apply");
    expect(report.summary.tables[0]).toMatchObject({ withheld: 3, cells: { decided: 5, contested: 2 } });
    const bytes = outputBytes(incident.directory);
    await again(incident);
    expect(outputBytes(incident.directory)).toEqual(bytes);
  });

  it("decide a whole group by a rule, but not what was decided in it already", async () => {
    const { incident } = await runPeople();
    await review(incident, (session) => {
      const [group] = session.groups();
      const edsger = itemOf(session, "004", "Name");
      session.decide(edsger.item.id, { kind: "value", value: "E. W. Dijkstra" }, edsger.seen, anna);
      expect(session.decideGroup(group?.id ?? "", { prefer: ["shop"] }, bob)).toBe(2);
      expect(session.groups()[0]).toMatchObject({ items: 3, decided: 3, given: { by: "bob" } });
    });
    const { report } = await again(incident);
    expect(names(incident)).toMatchObject({ "004": "E. W. Dijkstra", "005": "Liskov", "006": "Knuth", "001": "Ada" });
    expect(report.notes).toContain("decisions.yaml: 2 of 2 decisions apply");
    const [, { verdict }] = readDecisions(decisionsOf(incident)) as [unknown, { verdict: unknown }];
    expect(verdict).toMatchObject({ kind: "group", cells: 2, rule: { prefer: ["shop"] }, column: "Name" });
  });

  it("of a group hold for the cells that were in it: what matches later stays open, what changed is told", async () => {
    const { incident } = await runPeople();
    await review(incident, (session) => session.decideGroup(session.groups()[0]?.id ?? "", { prefer: ["shop"] }, bob));
    writeFiles(
      {
        "crm.csv": "ID,Name\n001,Ada\n002,Grace\n003,Tony\n004,Wybe\n005,Barbara\n006,Donald\n011,Alan\n",
        "shop.csv": "ID,Name\n001,Ada L.\n002,Grace H\n003,Tony H\n004,Dijkstra\n005,Liskov\n006,Knuth\n011,Turing\n",
        "replica.csv": "ID,Salary\n001,1\n002,2\n003,3\n004,4\n005,5\n006,6\n007,\n011,11\n",
      },
      incident.recipe.folder,
    );
    const { report, incident: now } = await again(incident);
    expect(names(now)).toMatchObject({ "004": "Wybe", "005": "Liskov", "006": "Knuth", "011": "Alan" });
    expect(report.notes.join("\n")).toMatch(
      /decisions\.yaml:2: dbo\.People\.Name \(g\w+: shop has another value, against crm\): 2 of 3 cells; of the others the evidence is another/,
    );
    expect(report.notes).toContainEqual(
      expect.stringMatching(/^decisions\.yaml:2: dbo\.People\.Name: 2 cells of this kind are open: they came later/),
    );
    await review(now, (session) => {
      const group = session.groups().find(({ given }) => given !== undefined);
      expect(group).toMatchObject({ items: 2, decided: 0, given: { by: "bob" } });
    });
  });

  it("of a group decide nothing without the list of its cells, or with another one", async () => {
    const { incident } = await runPeople();
    await review(incident, (session) => session.decideGroup(session.groups()[0]?.id ?? "", "max", bob));
    const { members } = layoutOf(incident.directory);
    const [list = ""] = fs.readdirSync(members);
    fs.appendFileSync(path.join(members, list), '[["001"],"0123456789abcdef"]\n');
    const changed = await again(incident);
    expect(changed.report.notes.join("\n")).toContain(`its list decisions/${list} is missing or changed`);
    expect(changed.report.summary.tables[0]?.cells).toMatchObject({ decided: 0, contested: 6 });
  });

  it("are taken back, of one cell or of a group; the file keeps both", async () => {
    const { incident } = await runPeople();
    await review(incident, (session) => {
      const [group] = session.groups();
      const id = group?.id ?? "";
      session.decideGroup(id, { prefer: ["shop"] }, bob);
      session.undo({ item: itemOf(session, "005", "Name").item.id }, anna);
      expect(session.groups()[0]).toMatchObject({ decided: 2 });
      const ada = itemOf(session, "001", "Name");
      session.decide(ada.item.id, { kind: "claim", number: 2 }, ada.seen, anna);
      session.undo({ item: ada.item.id }, bob);
      expect(itemOf(session, "001", "Name").item.given).toBeUndefined();
    });
    await again(incident);
    expect(names(incident)).toMatchObject({ "001": "Ada", "004": "Dijkstra", "005": "Barbara", "006": "Knuth" });
    await review(incident, (session) => {
      const left = session.groups().find(({ column, said }) => column === "Name" && said.includes("another"));
      session.undo({ group: left?.id ?? "" }, anna);
    });
    await again(incident);
    expect(names(incident)).toMatchObject({ "004": "Edsger", "006": "Donald" });
    expect(readDecisions(decisionsOf(incident))).toHaveLength(5);
  });
});

describe("a rule for a group", () => {
  it("decides nothing where it leaves several values, and says so", async () => {
    const { incident } = await runPeople();
    await review(incident, async (session) => {
      const id = session.groups()[0]?.id ?? "";
      expect(await thrown(() => session.decideGroup(id, "latest", bob))).toContain(
        "leaves several values in each of the 3 open cells",
      );
      expect(session.groups()[0]).toMatchObject({ decided: 0, given: undefined });
    });
    expect(fs.existsSync(decisionsOf(incident))).toBe(false);
  });

  it("takes the cells that it settles; the others stay open", async () => {
    const { incident } = await runPeople({
      "crm.csv": "ID,Name\n004,Edsger\n005,Barbara\n",
      "shop.csv": "ID,Name\n004,Wybe\n005,Liskova\n",
    });
    await review(incident, (session) => {
      expect(session.decideGroup(session.groups()[0]?.id ?? "", "longest", bob)).toBe(1);
      expect(session.groups()[0]).toMatchObject({ items: 2, decided: 1 });
    });
    await again(incident);
    expect(names(incident)).toMatchObject({ "004": "Edsger" });
  });
});

describe("the raw record", () => {
  it("of a file that is cut short is told as far as it goes", async () => {
    const { gzipSync } = await import("node:zlib");
    const { incident } = await runPeople();
    await review(incident, async (session) => {
      const donald = itemOf(session, "006", "Name");
      const whole = gzipSync(fs.readFileSync(path.join(incident.recipe.folder, "shop.csv")));
      fs.writeFileSync(path.join(incident.recipe.folder, "shop.csv"), whole.subarray(0, whole.length - 12));
      const { lines, why } = await session.raw(donald.item.id, "shop", "shop.csv line 7");
      expect([Array.isArray(lines), why]).toEqual([true, expect.stringContaining("cannot be read further")]);
    });
  });
});

describe("a row that lacks a value", () => {
  it("is no item beside the contested cell that could give it", async () => {
    const { incident } = await runPeople({
      "recipe.yaml": JSON.stringify({
        incident: "people",
        target: { dialect: "sqlserver", version: "2016", schema: "schema.sql" },
        sources: Object.fromEntries(
          ["crm", "shop"].map((id) => [
            id,
            { extractor: "csv", path: `${id}.csv`, null: "", tables: { "dbo.People": {} } },
          ]),
        ),
        rules: { default: ["ask"] },
      }),
      "crm.csv": "ID,Salary\n001,\n",
      "shop.csv": "ID,Salary\n001,5\n",
    });
    await review(incident, (session) => {
      expect(session.groups().map(({ column, items }) => [column, items])).toEqual([["Salary", 1]]);
      const { item, seen, choices } = itemOf(session, "001", "Salary");
      expect(choices).toEqual(["claim", "value", "withhold"]);
      session.decide(item.id, { kind: "claim", number: 2 }, seen, anna);
    });
    expect((await again(incident)).report.summary.tables[0]).toMatchObject({ emitted: 1, cells: { decided: 1 } });
  });
});

describe("two people at once", () => {
  it("decide different items: both are kept, and each sees the other's", async () => {
    const { incident } = await runPeople();
    await review(incident, (one) =>
      review(incident, (other) => {
        const [ada, grace] = [itemOf(one, "001", "Name"), itemOf(other, "002", "Name")];
        one.decide(ada.item.id, { kind: "claim", number: 1 }, ada.seen, anna);
        other.decide(grace.item.id, { kind: "claim", number: 1 }, grace.seen, bob);
        expect(one.progress()).toEqual(other.progress());
        expect(one.progress().decided).toBe(2);
      }),
    );
  });

  it("decide the same item: the second is told who did, and may decide again", async () => {
    const { incident } = await runPeople();
    await review(incident, (one) =>
      review(incident, async (other) => {
        const [mine, theirs] = [itemOf(one, "001", "Name"), itemOf(other, "001", "Name")];
        one.decide(mine.item.id, { kind: "claim", number: 1 }, mine.seen, anna);
        const decide = (seen: string) => other.decide(theirs.item.id, { kind: "claim", number: 2 }, seen, bob);
        expect(await thrown(() => decide(theirs.seen))).toMatch(
          /this item changed since the page was made: anna decided dbo\.People 001 Name \(called them\)/,
        );
        decide(other.item(theirs.item.id).seen);
        expect(readDecisions(decisionsOf(incident)).map(({ by }) => by)).toEqual(["anna", "bob"]);
      }),
    );
  });

  it("in processes of their own lose nothing", async () => {
    const { incident } = await runPeople();
    const program = fileURLToPath(new URL("append-many.ts", import.meta.url));
    const processes = ["p", "q", "r"].map((name) =>
      spawn(process.execPath, ["--import", "tsx", program, incident.directory, name], { stdio: "inherit" }),
    );
    const codes = await Promise.all(processes.map(async (child) => ((await once(child, "exit")) as [number])[0]));
    expect(codes).toEqual([0, 0, 0]);
    const read = readDecisions(decisionsOf(incident));
    expect(read).toHaveLength(60);
    for (const name of ["p", "q", "r"])
      expect(read.filter(({ by }) => by === name).map(({ why }) => why)).toEqual(
        Array.from({ length: 20 }, (_, index) => String(index)),
      );
  });
});

describe("what cannot be reviewed or decided is told, and nothing is noted", () => {
  it.each<[string, (session: ReviewSession) => unknown, string]>([
    ["an item that is none", (session) => session.item(999), "no such item"],
    ["a group that is none", (session) => session.items("g0", 0, 1), "no such group"],
    [
      "a claim that is none",
      (session) => {
        const { item, seen } = itemOf(session, "001", "Name");
        session.decide(item.id, { kind: "claim", number: 9 }, seen, anna);
      },
      "no claim 9",
    ],
    [
      "a value that its column cannot hold",
      (session) => {
        const { item, seen } = itemOf(session, "007", "Salary");
        session.decide(item.id, { kind: "value", value: "much" }, seen, anna);
      },
      "the value for Salary",
    ],
    [
      "nobody's name",
      (session) => {
        const { item, seen } = itemOf(session, "001", "Name");
        session.decide(item.id, { kind: "null" }, seen, { by: " ", why: "x" });
      },
      "who decides and why",
    ],
    [
      "to keep a row that was never in doubt",
      (session) => {
        const { item, seen } = itemOf(session, "001", "Name");
        session.decide(item.id, { kind: "keep" }, seen, anna);
      },
      "cannot be decided of the item",
    ],
    [
      "a source that is none",
      (session) => session.decideGroup(session.groups()[0]?.id ?? "", { prefer: ["crn"] }, anna),
      'no source "crn"',
    ],
    [
      "a rule for rows",
      (session) => session.decideGroup(session.groups()[2]?.id ?? "", "latest", anna),
      "no cells that a rule",
    ],
    [
      "to take back what nobody decided",
      (session) => session.undo({ item: itemOf(session, "001", "Name").item.id }, anna),
      "nobody decided this item",
    ],
  ])("%s", async (_what, work, message) => {
    const { incident } = await runPeople();
    await review(incident, async (session) => {
      expect(await thrown(() => work(session))).toContain(message);
    });
    expect(fs.existsSync(decisionsOf(incident))).toBe(false);
  });

  it("a file of decisions that is broken is not written over", async () => {
    const { incident } = await runPeople();
    await review(incident, async (session) => {
      const ada = itemOf(session, "001", "Name");
      fs.writeFileSync(decisionsOf(incident), "decisions:\n- { table: dbo.People");
      const decide = () => session.decide(ada.item.id, { kind: "null" }, ada.seen, anna);
      expect(await thrown(decide)).toMatch(/decisions\.yaml:2:\d+/);
      expect(fs.readFileSync(decisionsOf(incident), "utf8")).toBe("decisions:\n- { table: dbo.People");
    });
  });

  it("after the incident was reconciled again the review says so", async () => {
    const { incident } = await runPeople();
    await review(incident, async (session) => {
      const ada = itemOf(session, "001", "Name");
      session.decide(ada.item.id, { kind: "null" }, ada.seen, anna);
      await again(incident);
      expect(await thrown(() => session.groups())).toContain("reconciled again since this review began");
    });
  });

  it("until they are applied, explain and status say that decisions wait", async () => {
    const { incident } = await runPeople();
    await review(incident, (session) => {
      const ada = itemOf(session, "001", "Name");
      session.decide(ada.item.id, { kind: "null" }, ada.seen, anna);
    });
    expect((await userErrorOf(explain(incident, "people", ["001"]))).message).toContain(
      "decisions were noted since the last reconciliation",
    );
    expect(await status(incident)).toMatchObject({ reconciled: false, hasNewDecisions: true });
    await again(incident);
    expect(await status(incident)).toMatchObject({ reconciled: true, hasNewDecisions: false });
  });

  it("staging of a newer version is told, and left alone", async () => {
    const { incident } = await runPeople();
    const { catalog } = layoutOf(incident.directory);
    const store = new Database(catalog);
    store.pragma("user_version = 99");
    store.close();
    const bytes = fs.readFileSync(catalog);
    for (const work of [review(incident, () => undefined), again(incident)])
      expect((await userErrorOf(work)).message).toContain("made by a newer version of tablesalvage");
    expect(fs.readFileSync(catalog).equals(bytes)).toBe(true);
  });

  it("nothing is reviewed of an incident whose sources changed", async () => {
    const { incident } = await runPeople();
    fs.rmSync(layoutOf(incident.directory).reconciled);
    expect((await userErrorOf(review(incident, () => undefined))).message).toContain("salvage reconcile");
  });
});
