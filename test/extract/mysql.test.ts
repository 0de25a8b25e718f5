/** The kind of server `mysql`, against a real one. */
import * as fc from "fast-check";
import type mysqlDriver from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import mysql from "../../src/extract/mysql/index.ts";
import { Interrupted } from "../../src/extract/server/kind.ts";
import type { Server } from "../../src/extract/server/kind.ts";
import { findColumn, findTable } from "../../src/schema/model.ts";
import { Unparsable } from "../../src/values/codec.ts";
import type { RawValue } from "../../src/values/codec.ts";
import { codecFor } from "../../src/values/registry.ts";
import { findMysql, mysqlConnection, uniqueName } from "../support/servers.ts";
import { batchesOf, readAll, readInSteps, rowsOf, userErrorOf } from "./server-harness.ts";

const { url, absent } = await findMysql();
const database = uniqueName();
const reader = `reader_${database.slice(-12)}`;
let admin: mysqlDriver.Connection;
let server: Server;

function optionsWith(more: Readonly<Record<string, unknown>> = {}) {
  return mysql.options.parse({
    host: url.hostname,
    port: Number(url.port || 3306),
    database,
    user: decodeURIComponent(url.username),
    ...(url.password === "" ? {} : { password: decodeURIComponent(url.password) }),
    ssl: "disable",
    ...more,
  });
}

async function connectWith(
  more: Readonly<Record<string, unknown>> = {},
  signal = new AbortController().signal,
): Promise<Server> {
  const connected = await mysql.connect(optionsWith(more), { signal });
  onTestFinished(() => connected.close());
  return connected;
}

const table = (name: string, of = server) => of.describe({ schema: database, name });

interface Process {
  readonly id: number;
  readonly info: string | null;
}

/** Connections of the program under test to the test's database. */
async function processes(): Promise<Process[]> {
  const [rows] = await admin.query<(Process & mysqlDriver.RowDataPacket)[]>(
    "SELECT ID AS id, INFO AS info FROM information_schema.PROCESSLIST WHERE DB = ? AND ID <> CONNECTION_ID()",
    [database],
  );
  return rows;
}

async function killAll(): Promise<void> {
  for (const { id } of await processes()) await admin.query("KILL CONNECTION ?", [id]);
}

async function isAsleep(): Promise<boolean> {
  return (await processes()).some(({ info }) => info?.includes("SLEEP(600)"));
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => void setTimeout(resolve, 20));
}

const connectAsReader = () => connectWith({ user: reader, password: "right-7" });

describe.skipIf(absent !== undefined)("mysql", () => {
  beforeAll(async () => {
    const first = await mysqlConnection();
    await first.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`);
    for (const host of ["%", "localhost", "127.0.0.1"])
      await first.query(`CREATE USER ${reader}@'${host}' IDENTIFIED BY 'right-7'`);
    await first.end();
    admin = await mysqlConnection(database);
    server = await mysql.connect(optionsWith(), { signal: new AbortController().signal });
  });

  afterAll(async () => {
    await server.close();
    await admin.query(`DROP DATABASE ${database}`);
    for (const host of ["%", "localhost", "127.0.0.1"]) await admin.query(`DROP USER ${reader}@'${host}'`);
    await admin.end();
  });

  /** Type, literal, and the cell that must come. */
  const fidelity: readonly (readonly [type: string, literal: string, cell: RawValue | null])[] = [
    ["boolean", "TRUE", 1],
    ["tinyint", "-128", -128],
    ["tinyint unsigned", "255", 255],
    ["smallint unsigned", "65535", 65_535],
    ["mediumint unsigned", "16777215", 16_777_215],
    ["int", "-2147483648", -2_147_483_648],
    ["int(9) unsigned zerofill", "42", 42],
    ["bigint", "-9223372036854775808", "-9223372036854775808"],
    ["bigint unsigned", "18446744073709551615", "18446744073709551615"],
    ["decimal(38,10)", "-1234567890123456789012345678.0123456789", "-1234567890123456789012345678.0123456789"],
    ["decimal(10,2)", "NULL", null],
    ["float", "16777217", 16_777_216],
    ["float", "3.14", 3.140_000_104_904_175],
    ["float(7,3)", "1234.567", 1234.567_016_601_562_5],
    ["double", "0.1", 0.1],
    ["double", "-1.7976931348623157e308", -Number.MAX_VALUE],
    ["double", "2.2250738585072014e-308", 2.225_073_858_507_201_4e-308],
    ["bit(1)", "b'1'", true],
    ["bit(9)", "b'100000001'", "257"],
    ["bit(64)", "b'1111111111111111111111111111111111111111111111111111111111111111'", "18446744073709551615"],
    ["year", "2155", 2155],
    ["date", "'9999-12-31'", "9999-12-31"],
    ["date", "'0000-00-00'", "0000-00-00"],
    ["date", "'2026-02-00'", "2026-02-00"],
    ["time", "'-838:59:59'", "-838:59:59"],
    ["time(6)", "'23:59:59.999999'", "23:59:59.999999"],
    ["datetime(6)", "'2026-03-08 02:30:00.123456'", "2026-03-08 02:30:00.123456"],
    ["datetime", "'0000-00-00 00:00:00'", "0000-00-00 00:00:00"],
    ["timestamp(6) NULL", "'2026-03-08 02:30:00.123456'", "2026-03-07 21:00:00.123456+00:00"],
    ["timestamp NULL", "'0000-00-00 00:00:00'", "0000-00-00 00:00:00"],
    ["char(4)", "'ab  '", "ab"],
    ["varchar(8)", "'ab  '", "ab  "],
    ["varchar(20)", "''", ""],
    ["varchar(30)", "'Zoë 👩‍👩‍👧 \\\\ \\' \\n'", "Zoë 👩‍👩‍👧 \\ ' \n"],
    ["varchar(9) CHARACTER SET latin1", "'née €'", "née €"],
    ["varchar(9) CHARACTER SET cp1251", "'Жук'", "Жук"],
    ["longtext CHARACTER SET ucs2", "'日本'", "日本"],
    ["varchar(9) COLLATE utf8mb4_bin", "'bin'", "bin"],
    ["binary(4)", "X'ff00'", Buffer.from("ff000000", "hex")],
    ["varbinary(8)", "X'00ff5c27'", Buffer.from("00ff5c27", "hex")],
    ["blob", "X''", Buffer.alloc(0)],
    ["enum('a','b,''c')", "'b,''c'", "b,'c"],
    ["set('x','y','z')", "'x,z'", "x,z"],
    ["json", `'{"a":  12345678901234567890.10}'`, '{"a":  12345678901234567890.10}'],
    [
      "point",
      "ST_GeomFromText('POINT(1 2)')",
      Buffer.from("000000000101000000000000000000f03f0000000000000040", "hex"),
    ],
  ];

  test("a cell of every type comes without loss, whatever the server has set", async () => {
    const columns = fidelity.map(([type], index) => `c${index} ${type}`);
    await admin.query("SET SESSION sql_mode = '', time_zone = '+05:30'");
    await admin.query(`CREATE TABLE every (${columns.join(", ")})`);
    await admin.query(`INSERT INTO every VALUES (${fidelity.map(([, literal]) => literal).join(", ")})`);
    await admin.query("SET SESSION sql_mode = DEFAULT, time_zone = DEFAULT");
    const relation = await table("every");
    const [row = []] = await readAll(server, relation);
    expect(row.map((cell, index) => [fidelity[index]?.[0], cell])).toEqual(
      fidelity.map(([type, , cell]) => [type, cell]),
    );
    const instants = relation.columns
      .filter(({ isInstant }) => isInstant === true)
      .map(({ declaredType }) => declaredType);
    expect(instants).toEqual(["timestamp(6)", "timestamp"]);
  });

  test("a view and a query give the same cells as the table", async () => {
    await admin.query("CREATE VIEW every_view AS SELECT * FROM every");
    const rows = await readAll(server, await table("every"));
    expect(await readAll(server, await table("every_view"))).toEqual(rows);
    expect(await readAll(server, await server.describeQuery("SELECT * FROM every"))).toEqual(rows);
  });

  test("the types of the model take the cells, but for values that SQL Server has none for", async () => {
    const [row = []] = await readAll(server, await table("every"));
    const every = findTable(await server.schema(), "dbo.every");
    const refused = row.flatMap((cell, index) => {
      const column = every?.columns[index];
      if (cell === null || column === undefined) return [];
      const value = codecFor(column).parse(cell, { dateOrder: "ymd" });
      return value instanceof Unparsable ? [`${column.declaredType}: ${String(cell)}`] : [];
    });
    expect(refused).toEqual([
      "date: 0000-00-00",
      "date: 2026-02-00",
      "time: -838:59:59",
      "datetime: 0000-00-00 00:00:00",
      "timestamp: 0000-00-00 00:00:00",
    ]);
  });

  describe("keys", () => {
    const keyed: readonly (readonly [name: string, columns: string, key: string, literal: (n: number) => string])[] = [
      [
        "composite",
        "a int, b varchar(9), c date",
        "a, b, c",
        (n) => `${n % 7}, 'k${n % 11}', DATE '2026-01-01' + INTERVAL ${n} DAY`,
      ],
      [
        "collated",
        "a varchar(9) COLLATE utf8mb4_german2_ci, b varchar(9) CHARACTER SET latin1 COLLATE latin1_bin",
        "b, a",
        (n) => `'${n}', '${"aAäÄbBß -_"[n % 10]}${n % 13}'`,
      ],
      ["quoted", "a varchar(20)", "a", (n) => `'\\\\ \\' " ? %${n}'`],
      [
        "instants",
        "a timestamp(6) NOT NULL, b datetime(3)",
        "a, b",
        (n) => `FROM_UNIXTIME(1000000 + ${n % 5}.000001), FROM_UNIXTIME(1000000 + ${n}.5)`,
      ],
      [
        "numerics",
        "a decimal(12,4), b bigint unsigned",
        "a, b",
        (n) => `${n % 2 === 0 ? "" : "-"}${n}.${n}, 18446744073709551615 - ${n}`,
      ],
      ["doubles", "a double", "a", (n) => `${n} / 7e0`],
      ["bytes", "a varbinary(16), b bit(1), c bit(12)", "a, b, c", (n) => `UNHEX(MD5('${n % 50}')), ${n % 2}, ${n}`],
      ["padded", "a char(5), b binary(4)", "a, b", (n) => `'${n % 9}', ${n}`],
      ["times", "a time(3), b year", "a, b", (n) => `SEC_TO_TIME(${n * 3600 - 90_000}.25), ${2000 + n}`],
    ];

    beforeAll(async () => {
      for (const [name, columns, key, literal] of keyed) {
        await admin.query(`CREATE TABLE ${name} (${columns}, note text, PRIMARY KEY (${key}))`);
        const rows = Array.from({ length: 97 }, (_, n) => `(${literal(n)}, 'n${n}')`);
        await admin.query(`INSERT INTO ${name} VALUES ${rows.join(", ")}`);
      }
    });

    test.each(keyed.map(([name, , key]) => [name, key] as const))(
      "%s: resumed anywhere, the rows are those of one go",
      async (name, key) => {
        const relation = await table(name);
        expect(relation.key).toEqual(key.split(", "));
        const whole = await readAll(server, relation);
        expect(whole).toHaveLength(97);
        expect(await readInSteps(server, relation, 10)).toEqual(whole);
      },
    );

    test("ranges that meet hold every row once", async () => {
      const relation = await table("composite");
      const whole = await readAll(server, relation);
      const snapshot = await server.snapshot();
      onTestFinished(() => snapshot.close());
      const index = fc.integer({ min: 0, max: whole.length - 1 });
      await fc.assert(
        fc.asyncProperty(index, async (at) => {
          const key = (whole[at] ?? []).slice(0, 3) as RawValue[];
          const before = await rowsOf(snapshot, relation, { upTo: key });
          const behind = await rowsOf(snapshot, relation, { after: key });
          expect(before).toHaveLength(at + 1);
          expect([...before, ...behind]).toEqual(whole);
        }),
        { numRuns: 25 },
      );
    });

    const unusable: readonly (readonly [why: string, ddl: string, key: readonly string[]])[] = [
      ["nullable", "a int UNIQUE", []],
      ["over the beginning of a text", "a text NOT NULL, UNIQUE (a(5))", []],
      ["an enum", "a enum('b', 'a') PRIMARY KEY", []],
      ["a float", "a float PRIMARY KEY", []],
      ["unique and not null", "a int, b int NOT NULL UNIQUE", ["b"]],
      ["the narrowest", "a int NOT NULL, b int NOT NULL, c int NOT NULL UNIQUE, UNIQUE aa (a, b)", ["c"]],
      ["primary before a narrower one", "a int NOT NULL UNIQUE, b int, c int, PRIMARY KEY (b, c)", ["b", "c"]],
    ];

    test.each(unusable)("a key that is %s", async (why, ddl, key) => {
      await admin.query(`CREATE TABLE \`key: ${why}\` (${ddl})`);
      expect((await table(`key: ${why}`)).key).toEqual(key);
    });
  });

  describe("relations", () => {
    test("tables and views, hostile names, engines without snapshots", async () => {
      await admin.query(
        "CREATE TABLE `ta'b;l``e.x` (`co``l; -- ?` int PRIMARY KEY); INSERT INTO `ta'b;l``e.x` VALUES (7)",
      );
      await admin.query(
        "CREATE TABLE old (id int PRIMARY KEY) ENGINE = MyISAM; CREATE VIEW seen AS SELECT id FROM old",
      );
      const names = (await server.relations()).map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(["composite", "old", "seen", "ta'b;l`e.x"]));
      const odd = await table("ta'b;l`e.x");
      expect(odd.limits).toEqual([]);
      expect(await readAll(server, odd, { after: [6] })).toEqual([[7]]);
      expect((await table("old")).limits).toEqual([
        "its engine (MyISAM) has no snapshots: it may change while it is read",
      ]);
      expect((await table("seen")).limits).toEqual([
        "it is a view, and may read table old, whose engine (MyISAM) has no snapshots",
      ]);
      expect((await server.describeQuery("SELECT 1 AS a")).limits).toEqual([
        "the query may read table old, whose engine (MyISAM) has no snapshots",
      ]);
      expect((await table("seen")).columns).toEqual([
        { name: "id", declaredType: expect.stringMatching(/^int/), nullable: undefined },
      ]);
      await admin.query("DROP VIEW seen; DROP TABLE old");
    });

    test("a table that is not there, and one that vanished", async () => {
      expect((await userErrorOf(table("composit"))).message).toContain("Did you mean composite?");
      await admin.query("CREATE TABLE fleeting (id int)");
      const relation = await table("fleeting");
      await admin.query("DROP TABLE fleeting");
      expect((await userErrorOf(readAll(server, relation))).message).toMatch(/^table \w+\.fleeting: .*doesn't exist/);
    });
  });

  describe("what a login may not see", () => {
    beforeAll(async () => {
      await admin.query(`CREATE TABLE guarded (id int PRIMARY KEY, owner text, secret text); INSERT INTO guarded VALUES (1, 'me', 's');
        CREATE TABLE hidden (id int PRIMARY KEY); CREATE TABLE shown (id int PRIMARY KEY)`);
      for (const host of ["%", "localhost", "127.0.0.1"])
        await admin.query(
          `GRANT SELECT (id, owner), INSERT (secret) ON guarded TO ${reader}@'${host}'; GRANT SELECT ON shown TO ${reader}@'${host}'`,
        );
    });

    test("GOTCHAS 29: columns without a privilege are said", async () => {
      const restricted = await connectAsReader();
      const relation = await table("guarded", restricted);
      expect(relation.limits).toEqual([
        `user ${reader} may not read column secret`,
        `user ${reader} may read some of its columns only`,
      ]);
      expect(relation.columns.map(({ name, unread }) => [name, unread])).toEqual([
        ["id", undefined],
        ["owner", undefined],
        ["secret", `user ${reader} may not read it`],
      ]);
      expect(await readAll(restricted, relation)).toEqual([[1, "me"]]);
      expect((await table("guarded")).limits).toEqual([]);
      expect((await table("shown", restricted)).limits).toEqual([]);
    });

    test("tables without a privilege are not listed, and refused", async () => {
      const restricted = await connectAsReader();
      expect((await restricted.relations()).map(({ name }) => name)).toEqual(["guarded", "shown"]);
      expect((await userErrorOf(table("hidden", restricted))).message).toContain("grant the user SELECT");
      expect((await userErrorOf(restricted.describeQuery("SELECT * FROM hidden"))).message).toMatch(
        /SELECT command denied/,
      );
    });
  });

  describe("where and query", () => {
    beforeAll(async () => {
      await admin.query(
        "CREATE TABLE victim (id int PRIMARY KEY, v text); INSERT INTO victim VALUES (1, 'a'), (2, 'b;)?'), (3, NULL)",
      );
    });

    test.each([
      ["id > 1 OR id = 1", 3],
      ["v = 'b;)?'", 1],
      ['v = "b;)?"', 1],
      ["`v` = 'b;\\)?' OR id IN (SELECT 3)", 2],
    ])("`where` %s", async (where, rows) => {
      expect(await readAll(server, await table("victim"), { where })).toHaveLength(rows);
    });

    test.each([
      ["id = 1) OR (1 = 1", "holds a `)` that nothing opens"],
      ["(id = 1", "lacks a `)`"],
      ["id = 1; DROP TABLE victim", "holds a `;`, which would end the statement"],
      ["true -- ", "holds a comment"],
      ["true #", "holds a comment"],
      ["true /*! OR 1 = 1 */", "holds a comment"],
      ["v = 'x\\'", "holds a quote that is not closed"],
    ])("`where` %s is refused before it is sent", async (where, why) => {
      expect((await userErrorOf(readAll(server, await table("victim"), { where }))).message).toContain(why);
    });

    test("what the server refuses is said as the recipe's fault", async () => {
      expect((await userErrorOf(readAll(server, await table("victim"), { where: "nope = 1" }))).message).toMatch(
        /refuses the `where`: Unknown column 'nope'.*Correct `where`/,
      );
    });

    test("a query's columns are named, and its rows come", async () => {
      const query = await server.describeQuery(
        "WITH x AS (SELECT id, v FROM victim) SELECT x.id AS `key`, UPPER(v) AS V, CAST(1.5 AS DECIMAL(5,2)) AS d, NOW(3) AS n FROM x",
      );
      expect(query.columns.map(({ name, declaredType }) => [name, declaredType])).toEqual([
        ["key", "int"],
        ["V", expect.stringMatching(/text|varchar/)],
        ["d", "decimal(5,2)"],
        ["n", "datetime(3)"],
      ]);
      const rows = await readAll(server, query, { columns: query.columns.slice(0, 3), where: "`key` < 3" });
      expect(rows.toSorted(([left], [right]) => Number(left) - Number(right))).toEqual([
        [1, "A", "1.50"],
        [2, "B;)?", "1.50"],
      ]);
    });

    test.each([
      ["DELETE FROM victim", "begins with DELETE, and only SELECT is allowed"],
      ["SELECT 1 AS a; SELECT 2 AS b", "holds a `;`"],
      ["SELECT 1 AS a) AS q; DROP TABLE victim; SELECT (1", "holds a `)` that nothing opens"],
      ["SELECT /*!50000 1 */ AS a", "holds a comment"],
      ["SELECT * FROM victim INTO OUTFILE '/tmp/x'", "writes with INTO"],
      ["SELECT * FROM victim FOR UPDATE", "locks rows"],
      ["SELECT * FROM victim LOCK IN SHARE MODE", "locks rows"],
      ["SELECT id, id FROM victim", "Duplicate column name 'id'"],
      ["SELECT", "refuses the `query`"],
      ["SHOW TABLES", "begins with SHOW"],
      ["", "is empty"],
    ])("`query` %s is refused", async (query, why) => {
      expect((await userErrorOf(server.describeQuery(query))).message).toContain(why);
    });

    test("a function that writes cannot: the transaction only reads", async () => {
      await admin.query(
        "CREATE FUNCTION sneak() RETURNS int MODIFIES SQL DATA BEGIN DELETE FROM victim; RETURN 1; END",
      );
      const reading = server.describeQuery("SELECT sneak() AS a FROM victim").then((query) => readAll(server, query));
      expect((await userErrorOf(reading)).message).toContain("READ ONLY transaction");
    });
  });

  describe("snapshots", () => {
    beforeAll(async () => {
      await admin.query("CREATE TABLE moving (id int PRIMARY KEY, v text)");
      for (let from = 1; from <= 20_000; from += 2000) {
        const rows = Array.from({ length: 2000 }, (_, n) => `(${from + n}, REPEAT('x', 500))`);
        await admin.query(`INSERT INTO moving VALUES ${rows.join(", ")}`);
      }
    });

    test("what others commit while it is read is not seen", async () => {
      const relation = await table("moving");
      const one = await server.snapshot();
      onTestFinished(() => one.close());
      let rows = 0;
      for await (const batch of batchesOf(one, relation)) {
        if (rows === 0) await admin.query("UPDATE moving SET v = 'changed'; INSERT INTO moving VALUES (-1, 'new')");
        rows += batch.filter(([, text]) => String(text).startsWith("x")).length;
      }
      expect(rows).toBe(20_000);
      expect(await rowsOf(one, relation, { upTo: [0] })).toEqual([]);
      expect(await readAll(server, relation, { upTo: [0] })).toEqual([[-1, "new"]]);
      await admin.query("DELETE FROM moving WHERE id = -1");
    });

    test("readAt is the server's clock in UTC", async () => {
      const snapshot = await server.snapshot();
      onTestFinished(() => snapshot.close());
      expect(snapshot.readAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      const [rows] = await admin.query<mysqlDriver.RowDataPacket[]>(
        "SELECT TIMESTAMPDIFF(SECOND, ?, UTC_TIMESTAMP(6)) AS behind",
        [snapshot.readAt.slice(0, -1)],
      );
      expect(rows[0]?.["behind"]).toBeGreaterThanOrEqual(0);
      expect(rows[0]?.["behind"]).toBeLessThan(60);
    });

    test("never more than `connections` are open, and all are closed in the end", async () => {
      const fresh = await connectWith({ connections: 2 });
      const relation = await table("moving", fresh);
      let most = 0;
      const before = (await processes()).length;
      const read = async () => {
        const snapshot = await fresh.snapshot();
        for await (const batch of batchesOf(snapshot, relation)) {
          expect(batch.length).toBeGreaterThan(0);
          most = Math.max(most, (await processes()).length);
        }
        await snapshot.close();
      };
      await Promise.all(Array.from({ length: 6 }, read));
      expect(most - before).toBeLessThanOrEqual(1);
      await fresh.close();
      await server.close();
      await until(async () => (await processes()).length === 0);
      server = await mysql.connect(optionsWith(), { signal: new AbortController().signal });
    });
  });

  describe("interruptions", () => {
    // More than the buffers between server and program hold, so that the statement still runs when its connection is killed.
    beforeAll(async () => {
      await admin.query("CREATE TABLE wide (id int AUTO_INCREMENT PRIMARY KEY, v text)");
      const rows = Array.from({ length: 4000 }, () => "(REPEAT('x', 20000))");
      await admin.query(`INSERT INTO wide (v) VALUES ${rows.join(", ")}`);
    });

    test("leaving early stops the statement and frees the connection", async () => {
      const fresh = await connectWith({ connections: 1 });
      const relation = await table("moving", fresh);
      const snapshot = await fresh.snapshot();
      for await (const batch of batchesOf(snapshot, relation)) {
        expect(batch.length).toBeLessThan(20_000);
        break;
      }
      await expect(rowsOf(snapshot, relation)).rejects.toThrow(Interrupted);
      await snapshot.close();
      expect(await readAll(fresh, relation, { upTo: [3] })).toHaveLength(3);
    });

    test("a statement that runs is stopped at the server when the program is", async () => {
      const controller = new AbortController();
      const fresh = await connectWith({ connections: 1 }, controller.signal);
      const query = await fresh.describeQuery("SELECT SLEEP(600) AS a FROM victim");
      const running = readAll(fresh, query);
      await until(isAsleep);
      controller.abort();
      await expect(running).rejects.toThrow(Interrupted);
      await until(async () => !(await isAsleep()));
    });

    test.each([1, 3])(
      "a connection that is killed behind batch %i interrupts, and the next goes on",
      async (behind) => {
        const fresh = await connectWith({ connections: 1 });
        const relation = await table("wide", fresh);
        const snapshot = await fresh.snapshot();
        const read: unknown[] = [];
        const reading = async () => {
          let batches = 0;
          for await (const batch of batchesOf(snapshot, relation)) {
            read.push(...batch);
            if (++batches === behind) await killAll();
          }
        };
        await expect(reading()).rejects.toThrow(Interrupted);
        await snapshot.close();
        const rest = await readAll(fresh, relation, { after: [read.length] });
        expect(read.length + rest.length).toBe(4000);
      },
    );

    test("connections that die while they are idle harm nobody", async () => {
      const fresh = await connectWith();
      await fresh.relations();
      await killAll();
      await until(async () => (await processes()).length === 0);
      const [first] = await Promise.allSettled([fresh.relations()]);
      expect([undefined, "Interrupted"]).toContain(
        first.status === "rejected" ? (first.reason as Error).name : undefined,
      );
      expect(await fresh.relations()).not.toEqual([]);
    });

    test("a lock that is not given in time interrupts", async () => {
      const fresh = await connectWith({ lockTimeout: "100ms" });
      const relation = await table("victim", fresh);
      await admin.query("LOCK TABLES victim WRITE");
      try {
        await expect(readAll(fresh, relation)).rejects.toThrow(Interrupted);
      } finally {
        await admin.query("UNLOCK TABLES");
      }
    });
  });

  describe("refusals", () => {
    const secret = "hunter2-very-secret";
    test.each([
      ["a host that nobody knows", { host: "nowhere.invalid" }, /its host is unknown/],
      ["a port where nothing answers", { port: 1 }, /nothing answers there \(ECONNREFUSED\)/],
      [
        "a database that is not there",
        { user: reader, password: "right-7", database: "nowhere" },
        /no such database|into the database/,
      ],
      ["a server without TLS", { ssl: "require" }, /offers no TLS.*`ssl: disable`/],
      ["a wrong password", { user: reader, password: secret }, /refuses the user or the password/],
    ])("%s", async (_what, more, message) => {
      const error = await userErrorOf(mysql.connect(optionsWith(more), { signal: new AbortController().signal }));
      expect(error.message).toMatch(message);
      expect(`${error.message} ${String(error.stack)} ${JSON.stringify(error)}`).not.toContain(secret);
    });

    test("a URL says what fields say", async () => {
      const connection = `mysql://${reader}:right-7@${url.hostname}:${url.port || 3306}/${database}`;
      const connected = await mysql.connect(mysql.options.parse({ connection, ssl: "disable" }), {
        signal: new AbortController().signal,
      });
      onTestFinished(() => connected.close());
      expect(connected.description).toMatch(new RegExp(`^M\\w+ \\d+.* database ${database}, user ${reader}$`));
    });
  });

  test("cells of 100 MB pass one by one", async () => {
    const [[before]] = await admin.query<mysqlDriver.RowDataPacket[]>("SELECT @@GLOBAL.max_allowed_packet AS packet");
    await admin.query("SET GLOBAL max_allowed_packet = 268435456");
    onTestFinished(() => admin.query("SET GLOBAL max_allowed_packet = ?", [before?.["packet"]]).then(() => undefined));
    const writer = await mysqlConnection(database);
    await writer.query("CREATE TABLE huge (id int PRIMARY KEY, b longblob, t longtext)");
    await writer.query(
      "INSERT INTO huge VALUES (1, REPEAT(X'00FF', 52428800), ''), (2, '', REPEAT('é', 52428800)), (3, '', '')",
    );
    await writer.end();
    const snapshot = await server.snapshot();
    onTestFinished(() => snapshot.close());
    const sizes: number[] = [];
    for await (const batch of batchesOf(snapshot, await table("huge"))) {
      expect(batch.length).toBeLessThanOrEqual(2);
      for (const [, bytes, text] of batch) sizes.push((bytes as Buffer).length, (text as string).length);
    }
    expect(sizes).toEqual([104_857_600, 0, 0, 52_428_800, 0, 0]);
  });

  test("the schema is what the DDL says, also to a login that may only SELECT", async () => {
    await admin.query(`CREATE TABLE customer (id int unsigned AUTO_INCREMENT PRIMARY KEY, email varchar(120) NOT NULL UNIQUE, name varchar(40) NOT NULL DEFAULT 'N''n',
        active boolean NOT NULL DEFAULT TRUE, credit decimal(12,2) DEFAULT 0 CHECK (credit >= 0 AND credit < 100000),
        state enum('open', 'closed') COLLATE utf8mb4_bin, since timestamp(3) NULL DEFAULT CURRENT_TIMESTAMP(3), phone varchar(20) UNIQUE, age tinyint unsigned, born year,
        CONSTRAINT short_name CHECK (CHAR_LENGTH(name) > 1), CONSTRAINT states CHECK (state IN ('open', 'closed')));
      CREATE TABLE purchase (id bigint PRIMARY KEY, line smallint NOT NULL, customer int unsigned NOT NULL, gross decimal(12,2) NOT NULL,
        twice decimal(14,2) AS (gross * 2) STORED, doc blob, UNIQUE (customer, line), KEY (gross),
        CONSTRAINT of_whom FOREIGN KEY (customer) REFERENCES customer (id) ON DELETE CASCADE)`);
    const schema = await server.schema();
    const customer = findTable(schema, "dbo.customer");
    const purchase = findTable(schema, "dbo.purchase");
    if (customer === undefined || purchase === undefined) throw new Error("a table is missing");
    expect(customer).toMatchObject({ primaryKey: { columns: ["id"] }, unique: [{ columns: ["email"] }] });
    expect(customer.checks.map(({ expression }) => expression)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/\[credit\] >= 0.* AND .*\[credit\] < 100000/),
        "[state] IN (N'open', N'closed')",
      ]),
    );
    expect(customer.columns.map(({ name, type, nullable }) => [name, type, nullable])).toEqual([
      ["id", { name: "bigint" }, false],
      ["email", { name: "nvarchar", length: 120 }, false],
      ["name", { name: "nvarchar", length: 40 }, false],
      ["active", { name: "smallint" }, false],
      ["credit", { name: "decimal", precision: 12, scale: 2 }, true],
      ["state", { name: "nvarchar", length: 6 }, true],
      ["since", { name: "datetimeoffset", scale: 3 }, true],
      ["phone", { name: "nvarchar", length: 20 }, true],
      ["age", { name: "tinyint" }, true],
      ["born", { name: "smallint" }, true],
    ]);
    expect(findColumn(customer, "id")?.identity).toEqual({ seed: "1", increment: "1", notForReplication: false });
    expect(findColumn(customer, "name")?.default).toEqual({ expression: "N'N''n'" });
    expect(findColumn(customer, "active")?.default).toEqual({ expression: "1" });
    expect(findColumn(customer, "since")?.default).toBeUndefined();
    expect([findColumn(customer, "email")?.collation, findColumn(customer, "state")?.collation]).toEqual([
      "Latin1_General_CI_AI",
      "Latin1_General_BIN",
    ]);
    expect(findColumn(purchase, "twice")?.computed).toEqual({
      expression: expect.stringContaining("gross"),
      persisted: true,
    });
    expect(purchase.unique).toEqual([{ columns: ["customer", "line"] }]);
    const ofWhom = {
      name: "of_whom",
      columns: ["customer"],
      references: "dbo.customer",
      referencedColumns: ["id"],
      notForReplication: false,
      disabled: false,
    };
    expect(purchase.foreignKeys).toEqual([{ ...ofWhom, onDelete: "CASCADE" }]);
    for (const host of ["%", "localhost", "127.0.0.1"])
      await admin.query(`GRANT SELECT ON ${database}.* TO ${reader}@'${host}'`);
    const seen = findTable(await (await connectWith({ user: reader, password: "right-7" })).schema(), "dbo.purchase");
    expect(seen?.foreignKeys).toEqual([ofWhom]);
    expect(seen?.unique).toEqual(purchase.unique);
  });
});
