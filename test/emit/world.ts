/** The small database that the emitter's tests write, and the ways to write it and to read the scripts. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { EmitRequest, EmitResult, EmitTable } from "../../src/emit/emitter.ts";
import { defaultEmitOptions } from "../../src/emit/options.ts";
import { findEmitter } from "../../src/emit/registry.ts";
import { storedColumns, tableName } from "../../src/schema/model.ts";
import type { ForeignKey, Table } from "../../src/schema/model.ts";
import type { CanonicalValue } from "../../src/values/codec.ts";
import { makeTable } from "../model.ts";
import { readScripts } from "./reading.ts";
import type { Script } from "./reading.ts";

type Row = readonly CanonicalValue[];

export const identity = { seed: "1", increment: "1", notForReplication: false } as const;

export function foreignKey(columns: readonly string[], references: string, more: Partial<ForeignKey> = {}): ForeignKey {
  return {
    columns,
    references: tableName("dbo", references),
    referencedColumns: [],
    notForReplication: false,
    disabled: false,
    ...more,
  };
}

export function emitTable(table: Table, rows: readonly Row[], more: Partial<EmitTable> = {}): EmitTable {
  return {
    table,
    columns: storedColumns(table),
    rowCount: rows.length,
    rows: () => (rows.length === 0 ? [] : [rows]),
    highestIdentity: undefined,
    provisional: { count: 0, first: [] },
    withheld: 0,
    sources: ["backup", "export"],
    ...more,
  };
}

/** Strings that script tools, servers and encodings are known to spoil. */
export const hostileTexts = [
  "",
  " ",
  "O'Brien said ''no''",
  "one\r\nGO\r\ntwo",
  "one\nGO 5\n  go  \n",
  "\ngo -- now",
  "$(Database) $$(x) $ ( $",
  "$",
  "ends with backslash\\",
  "backslash\\\nnewline\\\r\n",
  "NUL \u0000 bell \u0007 delete \u007f next line \u0085",
  "line \u2028 paragraph \u2029 mark \ufeff",
  "lone \ud83d and \ude00 halves",
  "\ude00\ud83d",
  "*/ DROP TABLE x -- /*",
  "\r\n:r other.sql\r\n:setvar x y\r\n!!dir\r\nexit",
  "emoji 😀 あ Привет ā",
  "'); DROP TABLE [dbo].[x]; --",
  "NULL",
  "0x41",
  "\t tab",
];

const employees = makeTable(
  "Employees",
  [
    { name: "EmployeeID", identity },
    { name: "Name", type: { name: "nvarchar", length: 200 }, nullable: false },
    { name: "BossID" },
    { name: "DepartmentID", nullable: false },
    { name: "Photo", type: "image" },
    { name: "Notes", type: "ntext" },
    { name: "RowVersion", type: "timestamp", nullable: false },
  ],
  ["EmployeeID"],
  {
    foreignKeys: [
      foreignKey(["BossID"], "Employees", { name: "FK_Boss" }),
      foreignKey(["DepartmentID"], "Departments", { name: "FK_Department" }),
    ],
  },
);

const departments = makeTable(
  "Departments",
  [{ name: "DepartmentID" }, { name: "Code", type: { name: "char", length: 4 } }, { name: "HeadID" }],
  ["DepartmentID"],
  { foreignKeys: [foreignKey(["HeadID"], "Employees")] },
);

const orders = makeTable(
  "Order Details]",
  [
    { name: "OrderID", type: "bigint" },
    { name: "Line", type: "smallint" },
    { name: "EmployeeID" },
    { name: "Price", type: { name: "decimal", precision: 10, scale: 2 } },
    { name: "Paid", type: "money" },
    { name: "Weight", type: "float" },
    { name: "At", type: "datetime" },
    { name: "Day", type: "smalldatetime" },
    { name: "Shipped", type: "bit" },
    { name: "Guid", type: "uniqueidentifier" },
    { name: "Tag", type: "sql_variant" },
    { name: "Total", type: "money", computed: { expression: "[Price]*[Line]", persisted: false } },
  ],
  ["OrderID", "Line"],
  { foreignKeys: [foreignKey(["EmployeeID"], "Employees", { name: "FK_Employee" })] },
);

const audit = makeTable(
  "Audit",
  [
    { name: "AuditID", identity },
    { name: "What", type: { name: "varchar", length: 40 } },
  ],
  ["AuditID"],
);

const modern = makeTable(
  "Modern",
  [
    { name: "Id" },
    { name: "Day", type: "date" },
    { name: "Clock", type: { name: "time", scale: 3 } },
    { name: "Moment", type: { name: "datetime2", scale: 7 } },
    { name: "Zoned", type: { name: "datetimeoffset", scale: 0 } },
    { name: "Document", type: "xml" },
    { name: "Node", type: "hierarchyid" },
    { name: "Place", type: "geography" },
    { name: "Story", type: { name: "varchar", length: "max" } },
  ],
  ["Id"],
);

const orderRows: Row[] = [
  [
    1n,
    1,
    2,
    "10.50",
    "-1.2500",
    0.1,
    "2012-05-02 23:59:59.9970000",
    "2012-02-20 10:30:00.0000000",
    1,
    "6F9619FF-8B86-D011-B42D-00C04FC964FF",
    "int:7",
  ],
  [
    9007199254740993n,
    2,
    null,
    "-0.01",
    "922337203685477.5807",
    -0,
    "1753-01-01 00:00:00.0000000",
    null,
    0,
    null,
    "nvarchar:$(x)",
  ],
  [9223372036854775807n, -1, 2, null, null, 1e300, null, null, null, null, null],
];

const modernRows: Row[] = [
  [1, null, null, null, null, null, null, null, null],
  [
    2,
    "0001-01-01",
    "23:59:59.9990000",
    "9999-12-31 23:59:59.9999999",
    "2012-05-02 10:00:00.0000000 +05:30",
    '<?xml version="1.0" encoding="utf-8"?><a>あ</a>',
    Uint8Array.of(0x5a, 0xc0),
    Uint8Array.of(0xe6, 0x10, 0, 0, 1, 0x0c),
    "plain",
  ],
];

/** A cycle through a nullable key, a self reference, a key without a name, a table that lost all its rows. */
export function world(longTexts = true): EmitTable[] {
  const notes = longTexts ? `${"A long note. ".repeat(600)}\r\nGO\r\n😀` : "note";
  const people: Row[] = [
    [1, "Ada O'Brien", 2, 10, null, null],
    [2, "Grace\r\nGO\r\n$(x) あ😀", null, 10, Uint8Array.of(0xff, 0xd8, 0), notes],
  ];
  return [
    emitTable(orders, orderRows),
    emitTable(employees, people, {
      highestIdentity: 7n,
      withheld: 1,
      provisional: { count: 3, first: [{ key: "2", column: "Name", reason: "contested: */ \r\nGO\r\n$(x) 2 values" }] },
    }),
    emitTable(departments, [[10, "HQ", 1]]),
    emitTable(audit, [], { highestIdentity: 41n }),
  ];
}

/** Tables of the world, and one with the types that came with 2008. */
export function modernWorld(): EmitTable[] {
  return [...world(), emitTable(modern, modernRows)];
}

/** A folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "salvage-emit-"));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function request(tables: readonly EmitTable[], more: Partial<EmitRequest> = {}): EmitRequest {
  return {
    incident: "test",
    version: "2008",
    schema: { tables: tables.map(({ table }) => table), userTypes: [], boundObjects: [], skipped: {} },
    evidence: "e".repeat(64),
    verdict: "clean",
    collation: { name: "SQL_Latin1_General_CP1_CI_AS", isGiven: false },
    ...defaultEmitOptions,
    warnings: [],
    tables,
    ifExists: "stop",
    reseedMargin: 0,
    folder: temporaryFolder(),
    signal: new AbortController().signal,
    progress: () => undefined,
    ...more,
  };
}

/** Emits, and reads every file back. */
export async function emitScripts(
  tables: readonly EmitTable[],
  more: Partial<EmitRequest> = {},
): Promise<{ readonly result: EmitResult; readonly scripts: readonly Script[] }> {
  const result = await findEmitter("sqlserver").emit(request(tables, more));
  return { result, scripts: readScripts(result) };
}
