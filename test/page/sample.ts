/** Reports as a small order system would have them after a bad morning, and as an attacker would. */
import type {
  IdentityStrip,
  ReportedCell,
  ReportedSource,
  ReportedTable,
  ReportModel,
} from "../../src/report/model.ts";
import type { CellCounts } from "../../src/report/summary.ts";

function at(time: string): number {
  return Date.parse(time);
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

function hash(seed: string): string {
  const digits = Array.from(seed).reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 2 ** 32, 7);
  return digits.toString(16).padStart(8, "0").repeat(8);
}

type SourceFacts = Partial<ReportedSource> & Pick<ReportedSource, "id" | "extractor" | "read">;

function source(facts: SourceFacts): ReportedSource {
  const { read, evidence = 0, skipped = 0, quarantined = 0 } = facts;
  return {
    staged: read - evidence - skipped - quarantined,
    evidence,
    skipped,
    quarantined,
    observations: read * 9,
    asOf: undefined,
    editions: undefined,
    line: facts.asOf === undefined ? undefined : "production",
    branchedAt: undefined,
    trust: 50,
    coverage: "partial",
    copyOf: undefined,
    rowTimes: undefined,
    alone: { rows: 0, cells: 0 },
    agreement: { checkable: 0, right: 0 },
    losses: [],
    accuracy: undefined,
    ...facts,
  };
}

const sources: readonly ReportedSource[] = [
  source({
    id: "backup",
    extractor: "sql-script",
    read: 16_412,
    asOf: at("2025-11-30T08:00:00Z"),
    trust: 60,
    coverage: "complete",
    rowTimes: { first: at("2019-02-04T08:12:00Z"), last: at("2025-11-29T22:41:00Z") },
    alone: { rows: 311, cells: 9_120 },
    agreement: { checkable: 101_220, right: 96_004 },
    accuracy: 0.962,
  }),
  source({
    id: "reporting",
    extractor: "sqlite",
    read: 18_940,
    asOf: at("2026-03-14T04:00:00Z"),
    trust: 80,
    rowTimes: { first: at("2019-02-04T08:12:00Z"), last: at("2026-03-14T03:58:00Z") },
    alone: { rows: 702, cells: 6_410 },
    agreement: { checkable: 120_412, right: 119_988 },
    accuracy: 0.998,
  }),
  source({
    id: "nightly-11",
    extractor: "csv",
    read: 5_204,
    asOf: at("2026-03-11T07:00:00Z"),
    trust: 70,
    rowTimes: { first: at("2026-01-01T05:00:00Z"), last: at("2026-03-11T06:50:00Z") },
    agreement: { checkable: 40_110, right: 39_980 },
  }),
  source({
    id: "nightly-12",
    extractor: "csv",
    read: 7_310,
    asOf: at("2026-03-12T07:00:00Z"),
    trust: 70,
    rowTimes: { first: at("2026-01-01T05:00:00Z"), last: at("2026-03-12T06:44:00Z") },
    alone: { rows: 2_118, cells: 14_730 },
    agreement: { checkable: 44_302, right: 44_190 },
  }),
  source({
    id: "legacy",
    extractor: "csv",
    read: 3_901,
    skipped: 12,
    asOf: at("2026-02-28T10:00:00Z"),
    trust: 40,
    rowTimes: { first: at("2021-06-01T00:00:00Z"), last: at("2026-02-27T23:10:00Z") },
    agreement: { checkable: 22_800, right: 19_644 },
    accuracy: 0.861,
  }),
  source({
    id: "morning",
    extractor: "csv",
    read: 214,
    quarantined: 1,
    asOf: at("2026-03-14T14:20:00Z"),
    trust: 70,
    rowTimes: { first: at("2026-03-14T04:03:00Z"), last: at("2026-03-14T14:19:00Z") },
    alone: { rows: 96, cells: 611 },
    agreement: { checkable: 640, right: 638 },
    losses: ["orders.csv: the file is cut short in the middle of line 21"],
  }),
  source({
    id: "contacts",
    extractor: "csv",
    read: 388,
    quarantined: 3,
    trust: 30,
    agreement: { checkable: 1_440, right: 1_288 },
    losses: [],
  }),
  source({
    id: "staging-copy",
    extractor: "mssql",
    read: 9_800,
    asOf: at("2026-01-20T18:00:00Z"),
    line: "staging",
    branchedAt: at("2026-01-05T12:00:00Z"),
    trust: 20,
    copyOf: "reporting",
    agreement: { checkable: 61_000, right: 57_560 },
  }),
];

const points = {
  evening: "2026-03-14T04:00:00.000Z",
  morning: "2026-03-14T14:20:00.000Z",
  nightly: "2026-03-12T07:00:00.000Z",
  backup: "2025-11-30T08:00:00.000Z",
};

/** Ids 1 to `rows`, with what is missing where. */
function identity(
  column: string,
  ids: number,
  missing: readonly (readonly ["deleted" | "lost" | "unknown", number, number])[],
): IdentityStrip {
  const width = Math.ceil(ids / 200);
  const stretches = Array.from({ length: Math.ceil(ids / width) }, (_, index) => {
    const first = index * width + 1;
    const last = Math.min(ids, first + width - 1);
    const sums = { deleted: 0, lost: 0, unknown: 0 };
    for (const [state, from, to] of missing) sums[state] += Math.max(0, Math.min(last, to) - Math.max(first, from) + 1);
    const present = last - first + 1 - sums.deleted - sums.lost - sums.unknown;
    return { present, ...sums };
  });
  return { column, first: "1", last: String(ids), width, stretches };
}

type TableFacts = Partial<ReportedTable> & Pick<ReportedTable, "table" | "emitted">;

function table(facts: TableFacts): ReportedTable {
  const { emitted, withheld = 0, deleted = 0 } = facts;
  return {
    keys: emitted + withheld + deleted,
    withheld,
    deleted,
    missing: { lost: 0, unknown: 0 },
    cells: noCells,
    recoveryPoint: points.evening,
    recoveryPoints: {},
    origins: [{ source: "reporting", rows: emitted }],
    overlaps: [{ sources: ["backup", "reporting"], rows: emitted }],
    otherOverlaps: { sets: 0, rows: 0 },
    identity: undefined,
    absences: [],
    ...facts,
  };
}

const tables: readonly ReportedTable[] = [
  table({
    table: "dbo.Customers",
    emitted: 412,
    deleted: 6,
    missing: { lost: 3, unknown: 0 },
    cells: {
      ...noCells,
      decided: 1,
      contested: 9,
      resolved: 58,
      superseded: 96,
      corroborated: 3_610,
      single: 306,
      absent: 40,
    },
    recoveryPoints: { CreditLimit: points.nightly, Rating: points.nightly, Name: points.evening },
    origins: [
      { source: "reporting", rows: 290 },
      { source: "nightly-12", rows: 118 },
      { source: "backup", rows: 4 },
    ],
    overlaps: [
      { sources: ["backup", "reporting", "nightly-11", "nightly-12", "contacts"], rows: 318 },
      { sources: ["backup", "reporting", "nightly-11", "nightly-12"], rows: 64 },
      { sources: ["reporting", "nightly-12"], rows: 22 },
      { sources: ["reporting"], rows: 7 },
      { sources: ["contacts"], rows: 1 },
    ],
    identity: identity("CustomerID", 421, [
      ["deleted", 88, 93],
      ["lost", 417, 419],
    ]),
    absences: [
      {
        from: "88",
        to: "93",
        count: 6,
        class: "deleted",
        evidence: "backup covers everything, and newer sources lack them",
      },
      { from: "417", to: "419", count: 3, class: "lost", evidence: "dbo.Orders names them as its customers" },
    ],
  }),
  table({
    table: "dbo.Orders",
    emitted: 6_204,
    withheld: 4,
    deleted: 31,
    missing: { lost: 42, unknown: 17 },
    cells: {
      ...noCells,
      contested: 3,
      resolved: 3_120,
      superseded: 1_904,
      corroborated: 50_212,
      single: 6_498,
      absent: 335,
    },
    recoveryPoint: points.morning,
    recoveryPoints: { Status: points.morning, InternalNotes: points.backup },
    origins: [
      { source: "reporting", rows: 4_820 },
      { source: "nightly-12", rows: 1_201 },
      { source: "backup", rows: 130 },
      { source: "morning", rows: 53 },
    ],
    overlaps: [
      { sources: ["backup", "reporting", "staging-copy"], rows: 4_310 },
      { sources: ["reporting", "nightly-11", "nightly-12"], rows: 1_180 },
      { sources: ["reporting"], rows: 430 },
      { sources: ["backup", "reporting"], rows: 198 },
      { sources: ["morning"], rows: 52 },
      { sources: ["backup"], rows: 34 },
    ],
    identity: identity("OrderID", 6_298, [
      ["deleted", 1_204, 1_234],
      ["unknown", 3_011, 3_027],
      ["lost", 6_251, 6_292],
    ]),
    absences: [
      { from: "6251", to: "6292", count: 42, class: "lost", evidence: "dbo.OrderLines and dbo.Payments name them" },
      {
        from: "1204",
        to: "1234",
        count: 31,
        class: "deleted",
        evidence: "backup covers everything, and newer sources lack them",
      },
      { from: "3011", to: "3027", count: 17, class: "unknown", evidence: "nothing names them" },
    ],
  }),
  table({
    table: "dbo.OrderLines",
    emitted: 9_877,
    withheld: 11,
    deleted: 74,
    cells: { ...noCells, contested: 2, resolved: 41, superseded: 320, corroborated: 58_004, single: 10_850, absent: 0 },
    recoveryPoint: points.morning,
    origins: [
      { source: "reporting", rows: 7_411 },
      { source: "nightly-12", rows: 2_301 },
      { source: "morning", rows: 121 },
      { source: "backup", rows: 44 },
    ],
    overlaps: [
      { sources: ["backup", "reporting"], rows: 6_800 },
      { sources: ["reporting", "nightly-11", "nightly-12"], rows: 2_480 },
      { sources: ["reporting"], rows: 265 },
      { sources: ["backup"], rows: 211 },
      { sources: ["morning"], rows: 121 },
    ],
  }),
  table({
    table: "dbo.Payments",
    emitted: 2_140,
    missing: { lost: 5, unknown: 2 },
    cells: { ...noCells, contested: 0, resolved: 12, nulled: 4, corroborated: 3_010, single: 9_814 },
    recoveryPoint: points.morning,
    recoveryPoints: { Reference: points.nightly },
    origins: [
      { source: "nightly-12", rows: 2_090 },
      { source: "legacy", rows: 38 },
      { source: "morning", rows: 12 },
    ],
    overlaps: [
      { sources: ["nightly-12"], rows: 1_604 },
      { sources: ["nightly-12", "legacy"], rows: 486 },
      { sources: ["legacy"], rows: 38 },
      { sources: ["morning"], rows: 12 },
    ],
    identity: identity("PaymentID", 2_147, [
      ["lost", 2_120, 2_124],
      ["unknown", 901, 902],
    ]),
    absences: [{ from: "2120", to: "2124", count: 5, class: "lost", evidence: "dbo.Orders counts them as paid" }],
  }),
  table({
    table: "dbo.Products",
    emitted: 640,
    cells: { ...noCells, resolved: 88, superseded: 210, corroborated: 6_102, single: 0, defaulted: 0 },
    origins: [
      { source: "reporting", rows: 601 },
      { source: "legacy", rows: 39 },
    ],
    overlaps: [
      { sources: ["backup", "reporting", "legacy"], rows: 598 },
      { sources: ["reporting", "legacy"], rows: 42 },
    ],
    identity: identity("ProductID", 640, []),
  }),
  table({
    table: "dbo.Employees",
    emitted: 64,
    withheld: 2,
    cells: { ...noCells, nulled: 0, defaulted: 6, superseded: 31, corroborated: 600, single: 130, absent: 5 },
    recoveryPoints: { Salary: points.nightly, Photo: points.backup },
    origins: [
      { source: "reporting", rows: 58 },
      { source: "backup", rows: 6 },
    ],
    overlaps: [
      { sources: ["backup", "reporting", "nightly-12"], rows: 57 },
      { sources: ["reporting", "nightly-12"], rows: 9 },
    ],
    identity: identity("EmployeeID", 66, []),
  }),
  table({ table: "dbo.Departments", emitted: 12, cells: { ...noCells, corroborated: 60 } }),
  table({
    table: "dbo.Attachments",
    emitted: 88,
    cells: { ...noCells, single: 440 },
    recoveryPoint: points.nightly,
    origins: [{ source: "nightly-12", rows: 88 }],
    overlaps: [{ sources: ["nightly-12"], rows: 88 }],
  }),
];

const phones: readonly ReportModel["contested"][number][] = [
  {
    table: "dbo.Customers",
    column: "Phone",
    key: "CustomerID 17 · Bergström & Söner AB",
    reason: "2 values, and the rule asks people",
    claims: [
      { value: { text: "+46 8 555 01 20" }, sources: ["reporting", "nightly-11", "nightly-12"], as: "stands" },
      { value: { text: "+46 8 555 01 77 " }, sources: ["contacts"], as: "lost" },
      { value: { text: "08-555 01 20" }, sources: ["backup"], as: "superseded" },
    ],
  },
  {
    table: "dbo.Customers",
    column: "Phone",
    key: "CustomerID 203 · Łódź Tekstylia",
    reason: "2 values, and the rule asks people",
    claims: [
      { value: { text: null }, sources: ["reporting", "nightly-12"], as: "stands" },
      { value: { text: "NULL" }, sources: ["contacts"], as: "lost" },
      { value: { text: "" }, sources: ["staging-copy"], as: "lost" },
    ],
  },
  {
    table: "dbo.Orders",
    column: "ShipName",
    key: "OrderID 5977",
    reason: "same time, same trust, no majority",
    claims: [
      { value: { text: "Müller GmbH" }, sources: ["reporting"], as: "stands" },
      { value: { text: "Müller Handels GmbH" }, sources: ["nightly-12"], as: "lost" },
      { value: { text: "M?ller GmbH" }, sources: ["legacy"], as: "damaged" },
    ],
  },
];

function sample(key: string, winner: string, loser: string, by: readonly [string, string]): ReportedCell {
  return {
    key,
    reason: null,
    claims: [
      { value: { text: winner }, sources: [by[0]], as: "stands" },
      { value: { text: loser }, sources: [by[1]], as: "lost" },
    ],
  };
}

/** A needs-review report with everything in it once. */
export const orders: ReportModel = {
  drill: undefined,
  incident: "flagship",
  verdict: "needs-review",
  madeBy: "tablesalvage 0.1.0",
  target: "SQL Server 2000, 8 tables",
  recoverTo: at("2026-03-14T14:26:00Z"),
  next: [
    "Call 9 customers about their telephone numbers, then record the answers with salvage decide.",
    "Look at orders.csv line 21 in quarantine: one order breaks off in the middle.",
    "Run incidents/flagship/scripts/00-check.sql on the new server, then the others in the order of their names.",
  ],
  sources,
  agreements: [
    { left: "backup", right: "reporting", shared: 90_100, agreed: 85_301 },
    { left: "backup", right: "nightly-11", shared: 9_204, agreed: 8_412 },
    { left: "backup", right: "nightly-12", shared: 9_411, agreed: 8_499 },
    { left: "backup", right: "legacy", shared: 14_020, agreed: 11_004 },
    { left: "backup", right: "contacts", shared: 1_110, agreed: 980 },
    { left: "backup", right: "staging-copy", shared: 58_000, agreed: 56_020 },
    { left: "reporting", right: "nightly-11", shared: 38_020, agreed: 37_990 },
    { left: "reporting", right: "nightly-12", shared: 41_300, agreed: 41_289 },
    { left: "reporting", right: "legacy", shared: 19_004, agreed: 16_330 },
    { left: "reporting", right: "morning", shared: 412, agreed: 398 },
    { left: "reporting", right: "contacts", shared: 1_440, agreed: 1_288 },
    { left: "reporting", right: "staging-copy", shared: 60_400, agreed: 57_002 },
    { left: "nightly-11", right: "nightly-12", shared: 36_110, agreed: 36_010 },
    { left: "nightly-12", right: "legacy", shared: 1_944, agreed: 1_930 },
    { left: "nightly-12", right: "morning", shared: 21, agreed: 19 },
    { left: "nightly-12", right: "contacts", shared: 1_380, agreed: 1_240 },
  ],
  tables,
  groups: [
    {
      id: "3f2a91c0",
      table: "dbo.Customers",
      column: "Phone",
      class: "contested",
      rule: "ask",
      pattern: "contacts differs; reporting, nightly-11, nightly-12 agree",
      cells: 9,
      samples: phones.slice(0, 2),
    },
    {
      id: "77d0be11",
      table: "dbo.Orders",
      column: "ShipName",
      class: "contested",
      rule: "ask",
      pattern: "reporting and nightly-12 differ",
      cells: 3,
      samples: phones.slice(2),
    },
    {
      id: "a06f3321",
      table: "dbo.Payments",
      column: "Reference",
      class: "nulled",
      rule: "null",
      pattern: "legacy has text that is too long for the column",
      cells: 4,
      samples: [
        {
          key: "PaymentID 1180",
          reason: "no claim fits varchar(20)",
          claims: [
            { value: { text: "wire transfer, reference lost in migration" }, sources: ["legacy"], as: "refused" },
          ],
        },
      ],
    },
    {
      id: "0c55e1f2",
      table: "dbo.Employees",
      column: "Salary",
      class: "defaulted",
      rule: "default",
      pattern: "no source has it; the recipe says 0",
      cells: 6,
      samples: [{ key: "EmployeeID 61", reason: "hired after the backup", claims: [] }],
    },
    {
      id: "51b8a9d4",
      table: "dbo.Customers",
      column: "Email",
      class: "decided",
      rule: "decision",
      pattern: "decided by people, line 1",
      cells: 1,
      samples: [sample("CustomerID 88", "info@nordlicht.example", "info@nordlicht.invalid", ["reporting", "contacts"])],
    },
    {
      id: "9e4410ab",
      table: "dbo.Orders",
      column: "Notes",
      class: "resolved",
      rule: "prefer",
      pattern: "legacy has only the first 50 characters; reporting, nightly-12 agree",
      cells: 3_112,
      samples: [
        sample(
          "OrderID 4001",
          "Deliver to the back entrance; ring twice, the bell at the front is broken.",
          "Deliver to the back entrance; ring twice, the bell",
          ["reporting", "legacy"],
        ),
        sample(
          "OrderID 4002",
          "Two parcels.\r\nFragile: 12 glass plates, see photo in the attachment",
          "Two parcels.\r\nFragile: 12 glass plates, see photo ",
          ["reporting", "legacy"],
        ),
      ],
    },
    {
      id: "b2217c08",
      table: "dbo.Products",
      column: "Name",
      class: "resolved",
      rule: "latest",
      pattern: "legacy has question marks where others have letters",
      cells: 88,
      samples: [sample("ProductID 310", "Crème brûlée torch", "Cr?me br?l?e torch", ["reporting", "legacy"])],
    },
  ],
  otherGroups: { groups: 14, cells: 119 },
  contested: phones,
  withheld: [
    {
      table: "dbo.OrderLines",
      reason: "their order is lost, and OrderID may not be NULL",
      rows: 11,
      keys: ["OrderID 6251, LineNo 1", "OrderID 6251, LineNo 2", "OrderID 6253, LineNo 1"],
    },
    { table: "dbo.Orders", reason: "CustomerID 417 to 419 are lost", rows: 4, keys: ["OrderID 6188", "OrderID 6190"] },
    {
      table: "dbo.Employees",
      reason: "HireDate has no value, and the column may not be NULL",
      rows: 2,
      keys: ["EmployeeID 65", "EmployeeID 66"],
    },
  ],
  proofs: {
    changed: [
      {
        id: "5d10c2ee",
        table: "dbo.Products",
        column: "Stock",
        class: "contested",
        rule: null,
        pattern: "changed later, to a value that is not said, against reporting",
        cells: 41,
        samples: [
          {
            key: "ProductID 17",
            reason: "changed since, to a value that is not said: app-log at 2026-03-14T13:02:11.000Z: Stock - 2",
            claims: [{ value: { text: "44" }, sources: ["reporting"], as: "stands" }],
          },
          { key: "ProductID 18", reason: "changed since, to a value that is not said: app-log: Stock - 1", claims: [] },
        ],
      },
    ],
    rows: [
      {
        table: "dbo.Customers",
        reason: "evidence only: app-log shows that it was there",
        rows: 3,
        keys: ["CustomerID 417", "CustomerID 418", "CustomerID 419"],
      },
    ],
    records: [
      {
        source: "morning",
        table: "dbo.Orders",
        reason: "rows were changed: the WHERE is not a key",
        records: 12,
        first: "2026-03-14 06:00:00.0000000",
        last: "2026-03-14 09:12:44.0000000",
        samples: [
          {
            place: "logs/app.log line 1202",
            bytes: 88,
            sha256: hash("app.log 1202"),
            raw: { text: "UPDATE Orders SET Status = 'late'\r\n WHERE DueDate < '2026-03-14' AND Status = 'open'" },
          },
        ],
      },
      {
        source: "contacts",
        table: undefined,
        reason: "rows were changed by a statement that begins in WITH",
        records: 1,
        first: undefined,
        last: undefined,
        samples: [{ place: "logs/app.log line 9", bytes: 6_100_000, sha256: hash("app.log 9"), raw: { text: null } }],
      },
    ],
    otherRecords: { groups: 2, records: 5 },
  },
  quarantine: [
    {
      source: "contacts",
      reason: "4 fields where the header has 5",
      records: 3,
      samples: [
        {
          place: "customer-contacts.csv line 44",
          bytes: 61,
          sha256: hash("contacts 44"),
          raw: { text: '131,"Kowalski, Jan",jan@kowalski.example;+48 22 555 01 31' },
        },
        { place: "customer-contacts.csv line 45", bytes: 18, sha256: hash("contacts 45"), raw: { text: null } },
      ],
    },
    {
      source: "morning",
      reason: "the file ends inside of a quoted field",
      records: 1,
      samples: [
        {
          place: "orders.csv line 21",
          bytes: 48,
          sha256: hash("orders 21"),
          raw: { text: '6271,203,2026-03-14T14:19:22,"Warehouse North, 2' },
        },
      ],
    },
  ],
  unparsed: [
    {
      source: "legacy",
      table: "dbo.Stock",
      column: "CountedAt",
      reason: "31.02.2026 is no date",
      cells: 2,
    },
  ],
  decisions: [
    {
      line: 1,
      what: 'dbo.Customers 88 Email: "info@nordlicht.example"',
      by: "M. Okafor",
      why: "Called them; the other address bounces.",
      at: "2026-03-14T17:02:00Z",
      state: "applied",
    },
    {
      line: 7,
      what: "dbo.Customers 12 Phone: the value of contacts",
      by: "M. Okafor",
      why: "Sales is sure.",
      at: undefined,
      state: "stale",
    },
  ],
  constraints: [
    "FK_Orders_Customers: 4 orders are withheld because their customer is lost.",
    "UQ_Customers_Code holds for all 412 rows.",
  ],
  assertions: [
    { name: "all orders of March have lines", holds: false, found: 3, expected: "= 0" },
    { name: "orders", holds: true, found: 6_204, expected: ">= 6000" },
    { name: "money is never negative", holds: true, found: 0, expected: "= 0" },
  ],
  notes: ["dbo.Stock: no source is newer than 2026-02-28, so the quantities are two weeks old."],
  evidence: [
    ["backup-2025-11-30.sql.gz", 2_104_233, "backup"],
    ["reporting.db", 9_811_968, "reporting"],
    ["exports/nightly-2026-03-11/orders.csv", 310_442, "nightly-11"],
    ["exports/nightly-2026-03-12/orders.csv", 318_009, "nightly-12"],
    ["exports/legacy/products.csv", 88_120, "legacy"],
    ["exports/morning-2026-03-14/orders.csv", 3_072, "morning"],
    ["exports/customer-contacts.csv", 24_004, "contacts"],
  ].map(([path, bytes, from]) => ({
    path: String(path),
    bytes: Number(bytes),
    sha256: hash(String(path)),
    source: String(from),
  })),
  outputs: ["scripts/00-check.sql", "scripts/10-tables.sql", "scripts/20-rows.sql", "conflicts.csv"].map(
    (path, index) => ({
      path,
      bytes: 1_204 * 17 ** index,
      sha256: hash(path),
    }),
  ),
  recipe: hash("recipe"),
  command: "salvage run recipes/flagship.yaml --dir incidents",
  masked: ["dbo.Employees.Salary"],
};

/** Nothing at all: a recipe without sources or tables. */
export const empty: ReportModel = {
  ...orders,
  verdict: "clean",
  recoverTo: undefined,
  next: [],
  sources: [],
  agreements: [],
  tables: [],
  groups: [],
  otherGroups: { groups: 0, cells: 0 },
  contested: [],
  withheld: [],
  proofs: { changed: [], rows: [], records: [], otherRecords: { groups: 0, records: 0 } },
  quarantine: [],
  unparsed: [],
  decisions: [],
  constraints: [],
  assertions: [],
  notes: [],
  evidence: [],
  outputs: [],
  masked: [],
};

const payloads = [
  "<script>alert(1)</script>",
  `"><img src=x onerror="document.title='owned'">`,
  "'><svg onload=alert(1)>",
  "=cmd|' /C calc'!A0",
  "\u202Egnp.exe\u202C",
  "lone \uD800 surrogate",
  "nul \u0000 and \u001B[31m",
  "${alert(1)} {{constructor}}",
  "__proto__",
  "</style></script><!--",
  "javascript:alert(1)",
  "]]>&lt;&#x41;",
];

/** A text that an attacker wrote, or one that never ends. */
function hostile(index: number): string {
  const text = `${payloads[index % payloads.length] ?? ""} ${index}`;
  return index % 50 === 3 ? text + "x\u202E".repeat(500_000) : text;
}

function many<T>(number: number, make: (index: number) => T): T[] {
  return Array.from({ length: number }, (_, index) => make(index));
}

const attackers = many(50, hostile);

function attacker(index: number): string {
  return attackers[index % attackers.length] ?? "";
}

function hostileCell(index: number): ReportedCell {
  return {
    key: hostile(index),
    reason: hostile(index + 1),
    claims: many(4, (claim) => ({
      value: { text: `  ${hostile(index + claim).slice(0, 300)}\t`, length: 1_000_000 },
      sources: many(claim === 0 ? 50 : 2, (each) => attacker(index + claim + each)),
      as: (["stands", "lost", "superseded", "damaged"] as const)[claim % 4] ?? "lost",
    })),
  };
}

/** As large as a model gets, and every text in it an attack. */
export const attack: ReportModel = {
  ...orders,
  incident: hostile(0),
  target: hostile(3),
  madeBy: hostile(1),
  next: many(12, hostile),
  sources: many(50, (index) =>
    source({
      ...sources[index % sources.length],
      id: attacker(index),
      extractor: hostile(index),
      read: 1_000_000 + index,
      losses: many(5, hostile),
      line: index % 5 === 0 ? hostile(index) : "production",
    }),
  ),
  agreements: many(50, (left) =>
    many(left, (right) => ({ left: attacker(left), right: attacker(right), shared: left * right, agreed: left })),
  ).flat(),
  tables: many(60, (index) =>
    table({
      ...tables[index % tables.length],
      table: hostile(index),
      emitted: 10_000_000 - index,
      keys: 10_000_200 - index,
      recoveryPoints: Object.fromEntries(many(20, (column) => [hostile(column), points.backup])),
      origins: many(50, (each) => ({ source: attacker(each), rows: 50 - each })),
      overlaps: many(12, (each) => ({ sources: many(each + 1, attacker), rows: 1_000 - each })),
      otherOverlaps: { sets: 400, rows: 9_000 },
      identity: {
        ...identity(hostile(index), 240, []),
        first: hostile(index),
        last: hostile(index + 1),
        stretches: many(240, (each) => ({ present: each, deleted: each % 7, lost: each % 5, unknown: each % 3 })),
      },
      absences: many(10, (each) => ({
        from: hostile(each),
        to: hostile(each + 1),
        count: each,
        class: "lost",
        evidence: hostile(each),
      })),
    }),
  ),
  groups: many(200, (index) => ({
    id: hostile(index),
    table: hostile(index % 60),
    column: hostile(index),
    class: (["contested", "nulled", "defaulted", "resolved"] as const)[index % 4] ?? "resolved",
    rule: hostile(index),
    pattern: hostile(index),
    cells: 10_000_000 - index,
    samples: many(5, hostileCell),
  })),
  contested: many(500, (index) => ({ ...hostileCell(index), table: hostile(index % 60), column: hostile(index % 7) })),
  withheld: many(200, (index) => ({
    table: hostile(index % 60),
    reason: hostile(index),
    rows: 1_000 + index,
    keys: many(20, hostile),
  })),
  proofs: {
    changed: many(200, (index) => ({
      id: attacker(index),
      table: attacker(index % 60),
      column: attacker(index),
      class: "contested",
      rule: null,
      pattern: attacker(index),
      cells: 10_000_000 - index,
      samples: many(5, (each) => ({ key: attacker(each), reason: attacker(each + 1), claims: [] })),
    })),
    rows: many(200, (index) => ({
      table: attacker(index % 60),
      reason: attacker(index),
      rows: 1_000 + index,
      keys: many(20, attacker),
    })),
    records: many(100, (index) => ({
      source: attacker(index),
      table: attacker(index % 60),
      reason: attacker(index),
      records: 1_000 - index,
      first: attacker(index),
      last: attacker(index + 1),
      samples: many(3, (each) => ({
        place: attacker(each),
        bytes: 10 ** each,
        sha256: hash(String(each)),
        raw: { text: attacker(index + each) },
      })),
    })),
    otherRecords: { groups: 900, records: 90_000 },
  },
  quarantine: many(200, (index) => ({
    source: attacker(index),
    reason: hostile(index),
    records: 50 + index,
    samples: many(5, (each) => ({
      place: hostile(each),
      bytes: 10 ** each,
      sha256: hash(String(each)),
      raw: { text: hostile(index + each) },
    })),
  })),
  unparsed: many(50, (index) => ({
    source: attacker(index),
    table: hostile(index),
    column: hostile(index),
    reason: hostile(index),
    cells: index,
  })),
  decisions: many(50, (index) => ({
    line: index,
    what: hostile(index),
    by: hostile(index),
    why: hostile(index),
    at: hostile(index),
    state: "stale",
  })),
  constraints: many(50, hostile),
  assertions: many(50, (index) => ({
    name: hostile(index),
    holds: false,
    found: hostile(index),
    expected: hostile(index),
  })),
  notes: many(50, hostile),
  evidence: many(300, (index) => ({ path: hostile(index), bytes: index, sha256: hash("e"), source: attacker(index) })),
  outputs: many(100, (index) => ({ path: hostile(index), bytes: index, sha256: hash("o") })),
  command: hostile(2),
  masked: many(20, hostile),
};
