/** What the pipeline's steps come to, made up: for what the command line makes of it. */
import type { Explanation, ExtractReport, Incident, RunReport, Status } from "../../src/pipeline.ts";
import type { Pipeline } from "../../src/cli/session.ts";
import { parseRecipe } from "../../src/recipe/load.ts";
import type { CellCounts, Summary, TableSummary } from "../../src/report/summary.ts";
import { testExtractors } from "../recipe/extractors.ts";

const recipeText = `incident: flagship
target: { dialect: sqlserver, version: 2000, schema: schema.sql }
sources:
  backup: { extractor: sqlite, path: a.db }
`;

export function incident(environment: Readonly<Record<string, string | undefined>> = {}, text = recipeText): Incident {
  const recipe = parseRecipe(text, "/rescue/flagship.yaml", environment, testExtractors);
  const schema = { tables: [], userTypes: [], boundObjects: [], skipped: {} };
  return { recipe, directory: "/rescue/incidents/flagship", schema, extractors: [], tables: [] };
}

const noCells: CellCounts = {
  decided: 0,
  nulled: 0,
  defaulted: 0,
  contested: 0,
  resolved: 0,
  superseded: 0,
  corroborated: 0,
  single: 0,
  absent: 0,
};

function table(name: string, emitted: number, more: Partial<TableSummary> = {}): TableSummary {
  const { withheld = 0 } = more;
  const missing = { lost: 0, unknown: 0 };
  const keys = emitted + withheld;
  return {
    table: name,
    keys,
    emitted,
    withheld,
    deleted: 0,
    missing,
    cells: noCells,
    recoveryPoint: null,
    recoveryPoints: {},
    ...more,
  };
}

const sources = [
  { id: "backup", extractor: "sql-script", read: 20_160, staged: 20_000, evidence: 0, skipped: 160, quarantined: 0 },
  { id: "reporting", extractor: "sqlite", read: 900, staged: 900, evidence: 0, skipped: 0, quarantined: 0 },
  { id: "nightly", extractor: "csv", read: 512, staged: 498, evidence: 0, skipped: 1, quarantined: 13 },
].map((source) => ({ ...source, observations: source.staged, alone: { rows: 0, cells: 0 } }));

const needsReview: Summary = {
  incident: "flagship",
  verdict: "needs-review",
  sources,
  tables: [
    table("dbo.Customers", 1204, {
      cells: { ...noCells, resolved: 12, contested: 3, nulled: 1 },
      missing: { lost: 2, unknown: 10 },
    }),
    table("dbo.OrderLines", 18_873, { withheld: 4, cells: { ...noCells, contested: 1 } }),
    table("dbo.A table with an unusually long name", 0),
  ],
  assertions: [],
  outputs: [
    { path: "out/000-preflight.sql", bytes: 100, sha256: "a".repeat(64) },
    { path: "out/010-dbo.Customers.sql", bytes: 100, sha256: "b".repeat(64) },
    { path: "out/020-dbo.OrderLines.sql", bytes: 100, sha256: "d".repeat(64) },
    { path: "report/conflicts.csv", bytes: 100, sha256: "e".repeat(64) },
    { path: "report/quarantine.csv", bytes: 100, sha256: "f".repeat(64) },
    { path: "report/index.html", bytes: 100, sha256: "9".repeat(64) },
    { path: "out/manifest.json", bytes: 100, sha256: "c".repeat(64) },
  ],
};

export const runReport: RunReport = {
  summary: needsReview,
  tables: [
    {
      table: "dbo.Customers",
      from: [
        { source: "backup", rows: 800 },
        { source: "reporting", rows: 404 },
        { source: "nightly", rows: 55 },
        { source: "customers-spreadsheet", rows: 7 },
      ],
    },
    { table: "dbo.OrderLines", from: [{ source: "backup", rows: 18_873 }] },
    { table: "dbo.A table with an unusually long name", from: [] },
  ],
  findings: { losses: [], unparsed: 0, kept: 0, decidedAgainst: 0 },
  unchanged: ["backup", "reporting", "nightly"],
  scripts: "/rescue/incidents/flagship/out",
  notes: ["nightly: orders.csv ends without a newline", "hostile \u001B[2Jname"],
};

export const cleanReport: RunReport = {
  ...runReport,
  summary: {
    ...needsReview,
    verdict: "clean",
    sources: sources.slice(0, 2),
    tables: [table("dbo.Customers", 1)],
    outputs: needsReview.outputs.slice(0, 1),
  },
  unchanged: ["backup"],
  notes: [],
};

export const failedReport: RunReport = {
  ...cleanReport,
  summary: { ...cleanReport.summary, verdict: "failed", outputs: [] },
  unchanged: [],
};

export const extractReport: ExtractReport = { sources, unchanged: [], notes: runReport.notes };

const status: Status = {
  incident: "flagship",
  directory: "/rescue/incidents/flagship",
  sources: [
    { id: "backup", state: "staged", summary: sources[0] ?? null },
    { id: "reporting", state: "changed", summary: sources[1] ?? null },
    { id: "nightly", state: "missing", summary: null },
    { id: "log", state: "not-read", summary: null },
  ],
  reconciled: false,
  hasNewDecisions: false,
  emitted: false,
  verdict: null,
};

const explanation: Explanation = {
  table: "dbo.Orders",
  key: "10248",
  verdict: "emitted",
  evidence: "fedcba9876543210",
  cells: [
    {
      column: "ShipCity",
      value: "Reims\u001B]0;owned\u0007",
      class: "resolved",
      rule: "latest",
      reason: null,
      evidence: "0123456789abcdef",
      claims: [
        {
          source: "reporting",
          time: "2026-03-14T04:00:00.000Z",
          value: "Reims\u001B]0;owned\u0007",
          locator: "reporting.db Orders row 10248",
          outcome: "won",
        },
        {
          source: "backup-of-november",
          time: "2025-11-30T08:00:00.000Z",
          value: "C:\\new\nline \u202Egnirts",
          locator: "evidence/backup-2025-11-30.sql.gz line 81245",
          outcome: "superseded by a newer value",
        },
        { source: "sheet", time: null, value: null, locator: "sheet.csv line 7", outcome: "lost by latest" },
      ],
    },
    {
      column: "Note",
      value: "あいうえお".repeat(20),
      class: "contested",
      rule: null,
      reason: "3 values, no rule decided",
      evidence: "0123456789abcdef",
      claims: [
        { source: "a", time: null, value: "あいうえお".repeat(20), locator: "a.csv line 2", outcome: "stands for now" },
        { source: "b", time: null, value: "x".repeat(500), locator: "b.csv line 2", outcome: "contested" },
        { source: "c", time: null, value: "", locator: "c.csv line 2", outcome: "contested" },
        { source: "d", time: null, value: "NULL", locator: "d.csv line 2", outcome: "contested" },
      ],
    },
    { column: "Fax", value: null, class: "absent", rule: null, reason: null, evidence: "0123456789abcdef", claims: [] },
  ],
};

/** The pipeline with every step made up; single steps are put in its place by a test. */
export const madeUp: Partial<Pipeline> = {
  openIncident: (options) => Promise.resolve(incident(options.environment)),
  checkIncident: () =>
    Promise.resolve([
      { id: "backup", extractor: "sqlite", files: [{ name: "evidence/a.db", bytes: 1_234_567 }] },
      { id: "reporting", extractor: "postgres", files: [], location: "db.example:5432/shop" },
    ]),
  extract: () => Promise.resolve(extractReport),
  reconcile: () => Promise.resolve(needsReview.tables),
  emit: () =>
    Promise.resolve({
      result: {
        files: [
          { path: "/rescue/incidents/flagship/out/000-preflight.sql", bytes: 100, sha256: "a", purpose: "preflight" },
          {
            path: "/rescue/incidents/flagship/out/010-dbo.Customers.sql",
            bytes: 52_000,
            sha256: "b",
            purpose: "data",
            table: "dbo.Customers",
            rows: 1204,
          },
        ],
        notes: [],
      },
      summary: needsReview,
      findings: { losses: [], unparsed: 0, kept: 0, decidedAgainst: 0 },
      contributions: runReport.tables,
      notes: ["dbo.Customers.Age is computed"],
    }),
  run: () => Promise.resolve(runReport),
  apply: async (_incident, _services, { target, confirm, isRehearsal }) => {
    const plan = { target: target.location, database: "rebuilt.db", scripts: 2, rows: 1204, isResumed: true };
    await confirm({ ...plan, isRehearsal });
    return {
      target: target.location,
      isRehearsal,
      files: [
        { file: "00-preflight.sql", purpose: "preflight", rows: 0, wasThere: true },
        { file: "01-dbo.Customers.001.sql", purpose: "data", rows: 1204, wasThere: false },
      ],
    };
  },
  verify: (_incident, _services, { target }) =>
    Promise.resolve({
      target: target.location,
      isSame: false,
      tables: [
        {
          table: "dbo.Customers",
          expected: 1204,
          found: 1203,
          missing: 1,
          extra: 0,
          different: 2,
          cells: 3,
          lackingColumns: ["Photo"],
        },
        {
          table: "dbo.Orders",
          expected: 0,
          found: 0,
          missing: 0,
          extra: 0,
          different: 0,
          cells: 0,
          lackingColumns: [],
        },
      ],
      first: [
        { table: "dbo.Customers", key: "17", kind: "missing", column: null, expected: null, found: null },
        { table: "dbo.Customers", key: "18", kind: "differs", column: "Name", expected: "Bob", found: null },
      ],
      list: { path: "/rescue/incidents/flagship/report/verify.csv", bytes: 100, sha256: "c" },
      notes: [],
    }),
  explain: () => Promise.resolve(explanation),
  status: () => Promise.resolve(status),
};
