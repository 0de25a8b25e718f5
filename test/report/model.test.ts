/** What the report shows: gathered from real incidents, and in balance with the summary. */
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import type { ReportModel } from "../../src/report/model.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { ReconciledReader } from "../../src/stage/reconciled-reader.ts";
import { gatherReport } from "../../src/steps/report/gather.ts";
import { masksOf } from "../../src/steps/masks.ts";
import { openIndex } from "../../src/steps/review-index.ts";
import { closeSources, openSources } from "../../src/steps/standings.ts";
import { requireReconciled } from "../../src/steps/state.ts";
import { runRecipe, services, temporaryFolder } from "../incident.ts";
import type { Ran } from "../incident.ts";
import { again, anna, bob, review, runPeople } from "../review/people.ts";

async function modelOf({ incident, report }: Ran): Promise<ReportModel> {
  const reconciled = requireReconciled(incident);
  const reader = new ReconciledReader(layoutOf(incident.directory).reconciled);
  const sources = openSources(incident);
  const index = await openIndex(incident, { reconciled, reader, sources }, services);
  const { summary, notes } = report;
  const { verdict, assertions, outputs } = summary;
  try {
    return gatherReport(incident, {
      reader,
      index,
      sources,
      summary,
      verdict,
      assertions,
      notes: { plain: notes, quoting: [] },
      outputs,
      masks: masksOf(incident),
    });
  } finally {
    index.close();
    reader.close();
    closeSources(sources);
  }
}

function sum<Item>(items: readonly Item[], pick: (item: Item) => number): number {
  return items.reduce((total, item) => total + pick(item), 0);
}

describe("of the flagship", () => {
  let ran: Ran;
  let model: ReportModel;
  beforeAll(async () => {
    const recipe = fileURLToPath(new URL("../../recipes/flagship.yaml", import.meta.url));
    ran = await runRecipe(recipe, path.join(temporaryFolder(), "incident"));
    model = await modelOf(ran);
  });
  afterAll(() => undefined);

  it("rows by origin and by overlap add up to the summary's", () => {
    for (const table of model.tables) {
      expect(sum(table.origins, ({ rows }) => rows)).toBe(table.emitted);
      expect(sum(table.overlaps, ({ rows }) => rows) + table.otherOverlaps.rows).toBe(table.keys - table.deleted);
    }
    const alone = sum(model.tables, ({ overlaps }) =>
      sum(
        overlaps.filter(({ sources }) => sources.length === 1),
        ({ rows }) => rows,
      ),
    );
    expect(sum(model.sources, (source) => source.alone.rows)).toBe(alone);
  });

  it("the identity strip counts every id once, and its missing ones are the ledger's", () => {
    const orders = model.tables.find(({ table }) => table === "dbo.Orders");
    const { identity } = orders ?? {};
    if (identity === undefined) throw new Error("orders have an identity");
    const total = (kind: "present" | "deleted" | "lost" | "unknown") => sum(identity.stretches, (each) => each[kind]);
    expect([total("lost"), total("unknown")]).toEqual([orders?.missing.lost, orders?.missing.unknown]);
    // The order that was only seen is withheld, and its id is lost.
    expect(total("present") + total("lost")).toBe((orders?.emitted ?? 0) + (orders?.withheld ?? 0));
    const ids = Number(identity.last) - Number(identity.first) + 1;
    expect(sum(identity.stretches, (each) => each.present + each.deleted + each.lost + each.unknown)).toBe(ids);
    expect(identity.stretches.length).toBeLessThanOrEqual(240);
    expect(orders?.absences.filter(({ class: kind }) => kind === "lost")).toHaveLength(1);
  });

  it("groups have every conflict, the open ones first", () => {
    const cells = (kind: "contested" | "resolved") => sum(model.tables, (table) => table.cells[kind]);
    const grouped = (kind: string) =>
      sum(
        model.groups.filter((group) => group.class === kind),
        (group) => group.cells,
      );
    expect([grouped("contested"), grouped("resolved")]).toEqual([cells("contested"), cells("resolved")]);
    expect(model.groups[0]).toMatchObject({
      table: "dbo.Customers",
      column: "Phone",
      class: "contested",
      pattern: "contacts has another value, against reporting",
      cells: 16,
    });
    expect(model.groups[0]?.samples).toHaveLength(5);
    expect(model.contested).toHaveLength(cells("contested"));
    expect(model.contested[0]?.claims).toEqual([
      {
        value: { text: "+1 597 555 7767" },
        sources: ["reporting", "nightly-11", "nightly-12", "backup"],
        as: "stands",
      },
      { value: { text: "+1 500 555 3303" }, sources: ["contacts"], as: "lost" },
    ]);
  });

  it("quarantine, withheld rows, sources and evidence are those of the run", () => {
    expect(sum(model.quarantine, ({ records }) => records)).toBe(sum(model.sources, ({ quarantined }) => quarantined));
    expect(model.quarantine[0]?.samples[0]).toMatchObject({ place: expect.stringMatching(/orders\.csv line 21$/) });
    expect(sum(model.withheld, ({ rows }) => rows)).toBe(sum(model.tables, ({ withheld }) => withheld));
    const evidence = fs.readFileSync(layoutOf(ran.incident.directory).evidence, "utf8");
    expect(model.evidence).toEqual(JSON.parse(evidence));
    expect(model.sources.find(({ id }) => id === "contacts")).toMatchObject({ asOf: undefined, line: undefined });
    expect(model.next[0]).toBe("20 cells are contested: decide with `salvage review`.");
  });
});

describe("of decisions", () => {
  it("each has what became of it", async () => {
    const { incident } = await runPeople();
    await review(incident, (session) => {
      const [first, second] = session.groups();
      session.decideGroup(first?.id ?? "", { prefer: ["shop"] }, bob);
      const [item] = session.items(second?.id ?? "", 0, 1);
      session.decide(item?.id ?? 0, { kind: "claim", number: 1 }, session.item(item?.id ?? 0).seen, anna);
      session.decide(item?.id ?? 0, { kind: "claim", number: 2 }, session.item(item?.id ?? 0).seen, anna);
      const [, other] = session.items(second?.id ?? "", 0, 2);
      session.decide(other?.id ?? 0, { kind: "null" }, session.item(other?.id ?? 0).seen, anna);
      session.undo({ item: other?.id ?? 0 }, bob);
    });
    const { decisions } = await modelOf(await again(incident));
    expect(decisions.map(({ line, what, by, state }) => [line, what.replace(/g\w{12}/, "g"), by, state])).toEqual([
      [2, "dbo.People.Name: shop has another value, against crm: prefer shop, for 3 cells", "bob", "applied"],
      [13, 'dbo.People 001 Name: "Ada"', "anna", "replaced"],
      [21, 'dbo.People 001 Name: "Ada L."', "anna", "applied"],
      [29, "dbo.People 002 Name: NULL", "anna", "undone"],
      [37, "dbo.People 002 Name: taken back", "bob", "undone"],
    ]);
  });
});

describe("report.md", () => {
  it("keeps hostile texts what they are", async () => {
    const hostile = "<script>`|*_[x](http://y)@all #1\u202E\n\u0000";
    const model = await modelOf(
      await runPeople({ "shop.csv": `ID,Name\n001,"${hostile.replaceAll("\u0000", "")}"\n` }),
    );
    const text = renderMarkdown({ ...model, notes: [hostile], incident: hostile });
    expect(text.split("\n")[0]).toBe(
      "# \\<script\\>\\`\\|\\*\\_\\[x\\](http://y)\\@all \\#1\uFFFD \uFFFD: recovered; people are needed",
    );
    for (const hidden of ["\u202E", "\u0000"]) expect(text).not.toContain(hidden);
    // Within code nothing is markup; the fence is longer than what it holds, and a bar is none of the table's.
    expect(text).toContain("`` <script>`\\|*_[x](http://y)@all #1\uFFFD  ``");
    for (const line of text.split("\n").filter((each) => each.startsWith("|")))
      expect(line.replaceAll("\\|", "").match(/\|/g)?.length).toBeGreaterThan(3);
  });
});
