/** The parts that kinds of servers share, without a server. */
import { PassThrough } from "node:stream";
import { expect, test, vi } from "vitest";
import { guardSocket } from "../../src/extract/server/guarded-socket.ts";
import { RowQueue } from "../../src/extract/server/row-queue.ts";
import { Seats } from "../../src/extract/server/seats.ts";
import { translateCheck, translateDefault } from "../../src/extract/server/translate.ts";
import { sqlServerCollation, sqlServerType as mysqlType } from "../../src/extract/mysql/types.ts";
import { sqlServerType as postgresType } from "../../src/extract/postgres/types.ts";

function openValve() {
  return { pause: vi.fn<() => void>(), resume: vi.fn<() => void>() };
}

test("a queue holds the driver back from a thousand rows on, until they are taken", async () => {
  const valve = openValve();
  const queue = new RowQueue(valve);
  for (let row = 0; row < 999; row++) queue.push([row]);
  expect(valve.pause).not.toHaveBeenCalled();
  queue.push([999]);
  expect(valve.pause).toHaveBeenCalledTimes(1);
  expect(await queue.next()).toHaveLength(1000);
  expect(valve.resume).not.toHaveBeenCalled();
  const next = queue.next();
  expect(valve.resume).toHaveBeenCalledTimes(1);
  queue.push([1]);
  queue.end();
  expect(await next).toEqual([[1]]);
  expect(await queue.next()).toBeUndefined();
});

test("a queue hands heavy rows over one by one", async () => {
  const valve = openValve();
  const queue = new RowQueue(valve);
  queue.push([Buffer.alloc(9 << 20), "x"]);
  expect(valve.pause).toHaveBeenCalledTimes(1);
  expect(await queue.next()).toHaveLength(1);
});

test("a queue that is over lets the driver go on, or the answer to the next statement would never come", () => {
  const valve = openValve();
  const queue = new RowQueue(valve);
  queue.push(["x".repeat(9 << 20)]);
  queue.end();
  expect(valve.resume).toHaveBeenCalledTimes(1);
});

test("rows before a failure come first, then what failed first", async () => {
  const queue = new RowQueue(openValve());
  queue.push([1]);
  queue.fail(new Error("first"));
  queue.fail(new Error("second"));
  queue.end();
  expect(await queue.next()).toEqual([[1]]);
  await expect(queue.next()).rejects.toThrow("first");
});

test("what a driver throws over a chunk is an error of the socket, not the end of the program", async () => {
  const socket = new PassThrough();
  const taken: string[] = [];
  socket.on("data", (chunk: Buffer) => {
    taken.push(chunk.toString());
    if (taken.length === 2) throw new Error("too long");
  });
  guardSocket(socket);
  const failed = new Promise((resolve) => void socket.once("error", resolve));
  socket.write("a");
  socket.write("b");
  expect(await failed).toEqual(new Error("too long"));
  expect(taken).toEqual(["a", "b"]);
});

test("seats are given in the order of asking, and a seat is freed once", async () => {
  const seats = new Seats(1);
  const leave = await seats.take();
  const order: number[] = [];
  const second = seats.take().then((freed) => (order.push(2), freed));
  const third = seats.take().then((freed) => (order.push(3), freed));
  leave();
  leave();
  const leaveSecond = await second;
  await Promise.resolve();
  expect(order).toEqual([2]);
  leaveSecond();
  await third;
  expect(order).toEqual([2, 3]);
});

test.each([
  ["((credit >= (0)::numeric) AND (credit < (100000)::numeric))", "([credit] >= 0) AND ([credit] < 100000)"],
  [
    "((state)::text = ANY ((ARRAY['a'::character varying, 'b''c'::character varying])::text[]))",
    "([state]) IN (N'a', N'b''c')",
  ],
  ["((\"Odd ]\" IS NOT NULL) OR (NOT (a <> '-1'::integer)))", undefined],
  ['(("Odd ]" IS NOT NULL) OR (NOT (a <> b)))', "([Odd ]]] IS NOT NULL) OR (NOT ([a] <> [b]))"],
  ["(name ~~ 'x%'::text)", "[name] LIKE N'x%'"],
  ["(name ~~ 'x[%'::text)", undefined],
  ["(name ~ '^x'::text)", undefined],
  ["(length(name) > 3)", undefined],
  ["(born >= '1900-01-01'::date)", "[born] >= N'1900-01-01'"],
  ["(a > (- b))", undefined],
  ["((a + (b * 2)) <= 10)", "([a] + ([b] * 2)) <= 10"],
  ["active", undefined],
  ["(active = true)", "[active] = 1"],
])("the check %s of PostgreSQL", (check, expected) => {
  expect(translateCheck(check, "postgres")).toBe(expected);
});

test.each([
  [
    "`pid` between 1 and 5 or `s` in ('a','b') and `s` like 'a%'",
    "[pid] BETWEEN 1 AND 5 OR [s] IN (N'a', N'b') AND [s] LIKE N'a%'",
  ],
  ["(`s` in (_utf8mb4'a',_utf8mb4'b'))", "[s] IN (N'a', N'b')"],
  ["json_valid(`j`)", undefined],
  ["`a` <> 'x\\'y'", undefined],
  ["`a` is null", "[a] IS NULL"],
])("the check %s of MySQL", (check, expected) => {
  expect(translateCheck(check, "mysql")).toBe(expected);
});

test.each([
  ["'N''n'::character varying", "N'N''n'"],
  ["'-1.5'::numeric", "N'-1.5'"],
  ["(-1)", "-1"],
  ["0", "0"],
  ["false", "0"],
  ["now()", undefined],
  ["nextval('s'::regclass)", undefined],
  ["'\\x00'::bytea", undefined],
  ["NULL::text", undefined],
])("the default %s", (expression, expected) => {
  expect(translateDefault(expression, "postgres")).toBe(expected);
});

test.each([
  ["numeric", -1, { name: "decimal", precision: 38, scale: 19 }],
  ["numeric", (10 << 16) + 2 + 4, { name: "decimal", precision: 10, scale: 2 }],
  ["numeric", (50 << 16) + 2 + 4, { name: "decimal", precision: 38, scale: 2 }],
  // numeric(2,-3) and numeric(3,5), from version 15 on.
  ["numeric", (2 << 16) + (-3 & 0x7ff) + 4, { name: "decimal", precision: 5, scale: 0 }],
  ["numeric", (3 << 16) + 5 + 4, { name: "decimal", precision: 5, scale: 5 }],
  ["varchar", 44, { name: "nvarchar", length: 40 }],
  ["varchar", 5004, { name: "nvarchar", length: "max" }],
  ["timestamptz", -1, { name: "datetimeoffset", scale: 6 }],
  ["timestamp", 0, { name: "datetime2", scale: 0 }],
  ["_int4", -1, { name: "nvarchar", length: "max" }],
  ["constructor", -1, { name: "nvarchar", length: "max" }],
])("PostgreSQL's %s (%i)", (name, modifier, expected) => {
  expect(postgresType({ name, modifier, labelLength: undefined })).toEqual(expected);
});

test.each([
  ["tinyint(1)", { name: "smallint" }],
  ["tinyint(4)", { name: "smallint" }],
  ["tinyint(1) unsigned", { name: "tinyint" }],
  ["int(10) unsigned zerofill", { name: "bigint" }],
  ["bigint(20) unsigned", { name: "decimal", precision: 20, scale: 0 }],
  ["decimal(65,30)", { name: "decimal", precision: 38, scale: 30 }],
  ["double(8,2)", { name: "float", precision: 53 }],
  ["datetime(6)", { name: "datetime2", scale: 6 }],
  ["timestamp", { name: "datetimeoffset", scale: 0 }],
  ["enum('a','b)''c')", { name: "nvarchar", length: 4 }],
  ["set('a','bc')", { name: "nvarchar", length: 4 }],
  ["varchar(16383)", { name: "nvarchar", length: "max" }],
  ["multipolygon", { name: "varbinary", length: "max" }],
  ["constructor", { name: "nvarchar", length: "max" }],
])("MySQL's %s", (declared, expected) => {
  expect(mysqlType(declared)).toEqual(expected);
});

test.each([
  ["utf8mb4_bin", "Latin1_General_BIN"],
  ["utf8mb4_0900_bin", "Latin1_General_BIN"],
  ["utf8mb4_0900_as_cs", "Latin1_General_CS_AS"],
  ["latin1_general_cs", "Latin1_General_CS_AS"],
  ["utf8mb4_0900_as_ci", "Latin1_General_CI_AS"],
  ["utf8mb4_0900_ai_ci", "Latin1_General_CI_AI"],
  ["utf8mb4_general_ci", "Latin1_General_CI_AI"],
])("MySQL's collation %s", (collation, expected) => {
  expect(sqlServerCollation(collation)).toBe(expected);
});
