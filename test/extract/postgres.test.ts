/** The kind of server `postgres`, against a real one. */
import * as fc from "fast-check";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import postgres from "../../src/extract/postgres/index.ts";
import { Interrupted } from "../../src/extract/server/kind.ts";
import type { Server } from "../../src/extract/server/kind.ts";
import { findColumn, findTable } from "../../src/schema/model.ts";
import { Unparsable } from "../../src/values/codec.ts";
import type { RawValue } from "../../src/values/codec.ts";
import { codecFor } from "../../src/values/registry.ts";
import { findPostgres, postgresClient, uniqueName } from "../support/servers.ts";
import { batchesOf, readAll, readInSteps, rowsOf, userErrorOf } from "./server-harness.ts";

const { url, absent } = await findPostgres();
const database = uniqueName();
const reader = `${database}_reader`;
let admin: Client;
let server: Server;

function optionsWith(more: Readonly<Record<string, unknown>> = {}) {
  return postgres.options.parse({
    host: url.hostname,
    port: Number(url.port || 5432),
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
  const connected = await postgres.connect(optionsWith(more), { signal });
  onTestFinished(() => connected.close());
  return connected;
}

const table = (name: string, of = server) => of.describe({ schema: "public", name });

/** Connections of the program under test to the test's database. */
async function sessions(): Promise<{ pid: number; state: string }[]> {
  const { rows } = await admin.query<{ pid: number; state: string }>(
    "SELECT pid, state FROM pg_stat_activity WHERE datname = $1 AND application_name = 'salvage'",
    [database],
  );
  return rows;
}

async function isAsleep(): Promise<boolean> {
  const { rowCount } = await admin.query(
    "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND state = 'active' AND pid <> pg_backend_pid()",
  );
  return rowCount === 1;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => void setTimeout(resolve, 20));
}

const connectAsReader = () => connectWith({ user: reader, password: "right-7" });

describe.skipIf(absent !== undefined)("postgres", () => {
  beforeAll(async () => {
    const first = await postgresClient();
    await first.query(`CREATE DATABASE ${database} ENCODING 'UTF8' TEMPLATE template0`);
    await first.query(`CREATE ROLE ${reader} LOGIN PASSWORD 'right-7'`);
    await first.end();
    admin = await postgresClient(database);
    server = await postgres.connect(optionsWith(), { signal: new AbortController().signal });
  });

  afterAll(async () => {
    await server.close();
    await admin.end();
    const last = await postgresClient();
    await last.query(`DROP DATABASE ${database} WITH (FORCE)`);
    await last.query(`DROP ROLE ${reader}`);
    await last.end();
  });

  /** Type, literal, and the cell that must come. */
  const fidelity: readonly (readonly [type: string, literal: string, cell: RawValue | null])[] = [
    ["boolean", "true", true],
    ["boolean", "false", false],
    ["boolean", "NULL", null],
    ["smallint", "-32768", -32_768],
    ["integer", "2147483647", 2_147_483_647],
    ["bigint", "-9223372036854775808", "-9223372036854775808"],
    ["bigint", "9007199254740993", "9007199254740993"],
    ["numeric", "12345678901234567890123456789.0123456789", "12345678901234567890123456789.0123456789"],
    ["numeric(10,2)", "-0.10", "-0.10"],
    ["numeric", "'NaN'", "NaN"],
    ["real", "3.14", 3.14],
    ["real", "'3.4028235e38'", 3.402_823_5e38],
    ["double precision", "'0.1'", 0.1],
    ["double precision", "'5e-324'", 5e-324],
    ["double precision", "'1.7976931348623157e308'", Number.MAX_VALUE],
    ["double precision", "'-0'", -0],
    ["double precision", "'NaN'", Number.NaN],
    ["double precision", "'-Infinity'", -Infinity],
    ["money", "'-92233720368547758.08'", "-92233720368547758.08"],
    ["text", "''", ""],
    ["text", "'  Zoë 👩‍👩‍👧 \uFFFD\t\r\n'", "  Zoë 👩‍👩‍👧 \uFFFD\t\r\n"],
    ["varchar(3)", "'ab '", "ab "],
    ["char(4)", "'ab'", "ab  "],
    ['"char"', "'x'", "x"],
    ["bytea", "'\\x00ff5c27'", Buffer.from("00ff5c27", "hex")],
    ["bytea", "''", Buffer.alloc(0)],
    ["uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
    ["date", "'9999-12-31'", "9999-12-31"],
    ["date", "'0044-03-15 BC'", "0044-03-15 BC"],
    ["date", "'infinity'", "infinity"],
    ["date", "'12026-01-01'", "12026-01-01"],
    ["time", "'24:00:00'", "24:00:00"],
    ["time(3)", "'23:59:59.999'", "23:59:59.999"],
    ["timetz", "'12:00:00.5+05:30'", "12:00:00.5+05:30"],
    ["timestamp", "'2026-03-08 02:30:00.123456'", "2026-03-08 02:30:00.123456"],
    ["timestamptz", "'2026-03-08 02:30:00.123456-05'", "2026-03-08 07:30:00.123456+00:00"],
    ["timestamptz", "'1800-01-01 00:00:00 America/New_York'", "1800-01-01 04:56:02+00:00"],
    ["timestamptz", "'-infinity'", "-infinity"],
    ["interval", "'1 year 2 mons -3 days 04:05:06.789'", "1 year 2 mons -3 days +04:05:06.789"],
    ["json", `'{"a": 1.10,  "a":2}'`, '{"a": 1.10,  "a":2}'],
    ["jsonb", `'{"b":12345678901234567890.10}'`, '{"b": 12345678901234567890.10}'],
    ["xml", "'<a>&amp;</a>'", "<a>&amp;</a>"],
    ["integer[]", "'{{1,NULL},{3,4}}'", "{{1,NULL},{3,4}}"],
    ["mood", "'so so'", "so so"],
    ["int4range", "'[1,5)'", "[1,5)"],
    ["point", "'(1.5,-2)'", "(1.5,-2)"],
    ["inet", "'2001:db8::1/64'", "2001:db8::1/64"],
    ["bit(1)", "'1'", "1"],
    ["bit varying(5)", "'10101'", "10101"],
    ["pair", "'(1,\"a,b\")'", '(1,"a,b")'],
    ["amount", "12.30", "12.30"],
    ["stamp", "'2026-01-01 00:00:00Z'", "2026-01-01 00:00:00+00:00"],
  ];

  test("a cell of every type comes without loss, whatever the role has set", async () => {
    await admin.query(`CREATE TYPE mood AS ENUM ('fine', 'so so')`);
    await admin.query(`CREATE TYPE pair AS (a int, b text)`);
    await admin.query(`CREATE DOMAIN amount AS numeric(12,2) CHECK (VALUE > 0); CREATE DOMAIN stamp AS timestamptz`);
    await admin.query(`ALTER DATABASE ${database} SET DateStyle = 'German'; ALTER DATABASE ${database} SET bytea_output = 'escape';
      ALTER DATABASE ${database} SET extra_float_digits = -2; ALTER DATABASE ${database} SET TimeZone = 'Asia/Kolkata';
      ALTER DATABASE ${database} SET IntervalStyle = 'sql_standard'`);
    const columns = fidelity.map(([type], index) => `c${index} ${type}`);
    await admin.query(`CREATE TABLE every (${columns.join(", ")})`);
    await admin.query(`INSERT INTO every VALUES (${fidelity.map(([, literal]) => literal).join(", ")})`);
    const fresh = await connectWith();
    const relation = await table("every", fresh);
    const [row = []] = await readAll(fresh, relation);
    expect(row.map((cell, index) => [fidelity[index]?.[0], cell])).toEqual(
      fidelity.map(([type, , cell]) => [type, cell]),
    );
    const instants = relation.columns
      .filter(({ isInstant }) => isInstant === true)
      .map(({ declaredType }) => declaredType);
    expect(new Set(instants)).toEqual(new Set(["timestamp with time zone", "stamp"]));
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
      "numeric: 12345678901234567890123456789.0123456789",
      "numeric: NaN",
      "money: -92233720368547758.08",
      "date: 0044-03-15 BC",
      "date: infinity",
      "date: 12026-01-01",
      "time without time zone: 24:00:00",
      "timestamp with time zone: -infinity",
    ]);
  });

  describe("keys", () => {
    const keyed: readonly (readonly [name: string, columns: string, key: string, literal: (n: number) => string])[] = [
      ["composite", "a int, b text, c date", "a, b, c", (n) => `${n % 7}, 'k${n % 11}', DATE '2026-01-01' + ${n}`],
      [
        "collated",
        `a text COLLATE "C", b text COLLATE "und-x-icu"`,
        "b, a",
        (n) => `'${n}', '${"aAäÄbBß -_"[n % 10]}${n % 13}'`,
      ],
      ["uuids", "a uuid", "a", (n) => `md5('${n}')::uuid`],
      [
        "instants",
        "a timestamptz, b timestamp(3)",
        "a, b",
        (n) => `to_timestamp(${n % 5}.000001), to_timestamp(${n}.5)`,
      ],
      ["numerics", "a numeric, b money", "a, b", (n) => `${n % 2 === 0 ? "" : "-"}${n}.${n}, ${n}`],
      ["doubles", "a double precision, b real", "a, b", (n) => `${n} / 7.0, ${n} / 3.0`],
      ["bytes", "a bytea, b boolean", "a, b", (n) => `decode(md5('${n}'), 'hex'), ${n % 2 === 0}`],
      ["enums", "a level, b int", "a, b", (n) => `'${["low", "mid", "high"][n % 3]}', ${n}`],
      ["padded", "a char(5), b varchar(9)", "a, b", (n) => `'${n}', 'x${n} '`],
      ["domains", "a code", "a", (n) => `'${n}'`],
      [
        "intervals",
        "a interval, b time",
        "a, b",
        (n) => `${n} * interval '1 hour 0.5 s', time '00:00' + ${n} * interval '1 s'`,
      ],
    ];

    beforeAll(async () => {
      await admin.query(`CREATE TYPE level AS ENUM ('mid', 'low', 'high'); CREATE DOMAIN code AS varchar(9)`);
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
      ["deferrable", "a int NOT NULL UNIQUE DEFERRABLE", []],
      ["partial", "a int NOT NULL); CREATE UNIQUE INDEX ON $ (a) WHERE (a > 0", []],
      ["expression", "a text NOT NULL); CREATE UNIQUE INDEX ON $ (lower(a)", []],
      ["another collation than the column's", `a text NOT NULL); CREATE UNIQUE INDEX ON $ (a COLLATE "C"`, []],
      ["unique and not null", "a int, b int NOT NULL UNIQUE", ["b"]],
      ["primary before a narrower one", "a int NOT NULL UNIQUE, b int, c int, PRIMARY KEY (b, c)", ["b", "c"]],
      ["columns that are only included", "a int NOT NULL, b int NOT NULL, UNIQUE (a) INCLUDE (b)", ["a"]],
    ];

    test.each(unusable)("a key that is %s", async (why, ddl, key) => {
      const name = `"key: ${why}"`;
      await admin.query(`CREATE TABLE ${name} (${ddl.replace("$", () => name)})`);
      expect((await table(`key: ${why}`)).key).toEqual(key);
    });

    test("a parent's key says nothing of the tables that inherit from it", async () => {
      await admin.query("CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child () INHERITS (parent)");
      await admin.query("INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1)");
      const relation = await table("parent");
      expect(relation.key).toEqual([]);
      expect(await readAll(server, relation)).toEqual([[1], [1]]);
    });
  });

  describe("relations", () => {
    test("tables, partitioned tables, views and materialized views; hostile names; parts are not listed", async () => {
      await admin.query(`CREATE SCHEMA "od""d.schema"; CREATE TABLE "od""d.schema"."ta'b;l""e" ("co""l; --" int PRIMARY KEY);
        INSERT INTO "od""d.schema"."ta'b;l""e" VALUES (7);
        CREATE TABLE parted (id int PRIMARY KEY, v text) PARTITION BY RANGE (id); CREATE TABLE part1 PARTITION OF parted FOR VALUES FROM (0) TO (100);
        INSERT INTO parted VALUES (3, 'x'); CREATE VIEW seen AS SELECT id, v FROM parted; CREATE MATERIALIZED VIEW kept AS SELECT * FROM seen`);
      const names = (await server.relations()).map(({ schema, name }) => `${schema}.${name}`);
      expect(names).toEqual(
        expect.arrayContaining(["public.parted", "public.seen", "public.kept", `od"d.schema.ta'b;l"e`]),
      );
      expect(names).not.toContain("public.part1");
      const odd = await server.describe({ schema: 'od"d.schema', name: `ta'b;l"e` });
      expect(await readAll(server, odd, { after: [6] })).toEqual([[7]]);
      expect((await table("parted")).key).toEqual(["id"]);
      expect(await readAll(server, await table("parted"))).toEqual([[3, "x"]]);
      expect((await table("seen")).columns.map(({ nullable }) => nullable)).toEqual([undefined, undefined]);
      expect((await table("kept")).limits).toEqual([
        "it is a materialized view, which holds what it held when it was last refreshed",
      ]);
    });

    test("a table that is not there, and one that vanished", async () => {
      expect((await userErrorOf(table("partd"))).message).toContain("Did you mean public.parted?");
      await admin.query("CREATE TABLE fleeting (id int)");
      const relation = await table("fleeting");
      await admin.query("DROP TABLE fleeting");
      expect((await userErrorOf(readAll(server, relation))).message).toMatch(
        /^table public\.fleeting: .*does not exist/,
      );
    });
  });

  describe("what a login may not see", () => {
    beforeAll(async () => {
      await admin.query(`CREATE TABLE guarded (id int PRIMARY KEY, secret text, owner text);
        INSERT INTO guarded VALUES (1, 's', 'me'), (2, 't', 'you');
        ALTER TABLE guarded ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON guarded USING (owner = 'me');
        GRANT SELECT (id, owner) ON guarded TO ${reader}; CREATE TABLE hidden (id int PRIMARY KEY);
        CREATE VIEW through AS SELECT id FROM guarded; GRANT SELECT ON through TO ${reader}; GRANT SELECT ON parted TO ${reader}`);
    });

    test("GOTCHAS 29: row security and columns without a privilege are said", async () => {
      const restricted = await connectAsReader();
      const relation = await table("guarded", restricted);
      expect(relation.limits).toEqual([
        `user ${reader} may not read column secret`,
        `row security (mine) hides rows from user ${reader}`,
      ]);
      expect(relation.columns.map(({ name, unread }) => [name, unread])).toEqual([
        ["id", undefined],
        ["secret", `user ${reader} may not read it`],
        ["owner", undefined],
      ]);
      expect(await readAll(restricted, relation)).toEqual([[1, "me"]]);
      expect((await table("guarded")).limits).toEqual([]);
    });

    test("views and queries say the tables behind them", async () => {
      const restricted = await connectAsReader();
      expect((await table("through", restricted)).limits).toEqual([
        "it is a view of public.guarded, where row security policies may hide rows",
      ]);
      const query = await restricted.describeQuery("SELECT count(*) AS n FROM guarded");
      expect(query.limits).toEqual(["row security policies hide rows of public.guarded, which the query may read"]);
    });

    test("tables without a privilege are not listed, and refused", async () => {
      const restricted = await connectAsReader();
      const names = (await restricted.relations()).map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(["guarded", "through", "parted"]));
      expect(names).not.toContain("hidden");
      expect((await userErrorOf(table("hidden", restricted))).message).toContain(
        `user ${reader} may read no column of public.hidden`,
      );
      expect((await userErrorOf(restricted.describeQuery("SELECT * FROM hidden"))).message).toContain(
        "permission denied for table hidden",
      );
    });
  });

  describe("where and query", () => {
    beforeAll(async () => {
      await admin.query(
        "CREATE SEQUENCE seq; CREATE TABLE victim (id int PRIMARY KEY, v text); INSERT INTO victim VALUES (1, 'a'), (2, 'b;)'), (3, NULL)",
      );
    });

    test.each([
      ["id > 1 OR id = 1", 3],
      ["v = 'b;)'", 1],
      ["v = $x$b;)$x$", 1],
      ["v = E'b;\\)' OR id IN (SELECT 3)", 2],
    ])("`where` %s", async (where, rows) => {
      expect(await readAll(server, await table("victim"), { where })).toHaveLength(rows);
    });

    test.each([
      ["id = 1) OR (1 = 1", "holds a `)` that nothing opens"],
      ["(id = 1", "lacks a `)`"],
      ["id = 1; DROP TABLE victim", "holds a `;`, which would end the statement"],
      ["true -- ", "holds a comment"],
      ["true /* ", "holds a comment"],
      ["v = 'x", "holds a quote that is not closed"],
      ["id = $1", "holds $1…, which stands for a value that is not given"],
      ["  ", "is empty"],
    ])("`where` %s is refused before it is sent", async (where, why) => {
      expect((await userErrorOf(readAll(server, await table("victim"), { where }))).message).toContain(why);
    });

    test("what the server refuses is said as the recipe's fault", async () => {
      expect((await userErrorOf(readAll(server, await table("victim"), { where: "nope = 1" }))).message).toMatch(
        /refuses the `where`: column "nope" does not exist\. Correct `where`/,
      );
    });

    test("a query's columns are named, and its rows come", async () => {
      const query = await server.describeQuery(
        'WITH x AS (SELECT id, v FROM victim) SELECT x.id AS key, upper(v) AS "V", now() AS at FROM x ORDER BY 1 DESC',
      );
      expect(query.columns.map(({ name, declaredType, isInstant }) => [name, declaredType, isInstant])).toEqual([
        ["key", "integer", undefined],
        ["V", "text", undefined],
        ["at", "timestamp with time zone", true],
      ]);
      expect(await readAll(server, query, { columns: query.columns.slice(0, 2), where: "key < 3" })).toEqual([
        [2, "B;)"],
        [1, "A"],
      ]);
    });

    test.each([
      ["DELETE FROM victim RETURNING *", "begins with DELETE, and only SELECT is allowed"],
      ["SELECT 1 AS a; SELECT 2 AS b", "holds a `;`"],
      ["SELECT 1 AS a) AS q; DROP TABLE victim; SELECT (1", "holds a `)` that nothing opens"],
      ["SELECT 1 AS a -- x", "holds a comment"],
      ["SELECT * INTO stolen FROM victim", "writes with INTO"],
      ["SELECT * FROM victim FOR UPDATE", "locks rows"],
      ["WITH gone AS (DELETE FROM victim RETURNING id) SELECT * FROM gone", "refuses the `query`"],
      ["SELECT id, id FROM victim", "yields two columns id"],
      ["SELECT", "yields no column"],
      ["TABLE victim", "begins with TABLE"],
      ["", "is empty"],
    ])("`query` %s is refused", async (query, why) => {
      expect((await userErrorOf(server.describeQuery(query))).message).toContain(why);
      const { rows } = await admin.query<{ n: string }>("SELECT count(*) AS n FROM victim");
      expect(rows[0]?.n).toBe("3");
    });

    test.each(["sneak()", "setval('seq', 5)"])("%s cannot write: the transaction only reads", async (call) => {
      await admin.query(
        `CREATE OR REPLACE FUNCTION sneak() RETURNS int LANGUAGE sql AS 'DELETE FROM victim; SELECT 1'`,
      );
      const query = await server.describeQuery(`SELECT ${call} AS a`);
      expect((await userErrorOf(readAll(server, query))).message).toContain("read-only transaction");
    });
  });

  describe("snapshots", () => {
    beforeAll(async () => {
      await admin.query("CREATE TABLE moving (id int PRIMARY KEY, v text)");
      await admin.query("INSERT INTO moving SELECT g, repeat('x', 500) FROM generate_series(1, 20000) g");
    });

    test("what others commit while it is read is not seen, nor in a snapshot that shares its state", async () => {
      const fresh = await connectWith({ connections: 2 });
      const relation = await table("moving", fresh);
      const one = await fresh.snapshot();
      let rows = 0;
      for await (const batch of batchesOf(one, relation)) {
        if (rows === 0) await admin.query("UPDATE moving SET v = 'changed'; INSERT INTO moving VALUES (-1, 'new')");
        rows += batch.filter(([, text]) => String(text).startsWith("x")).length;
      }
      expect(rows).toBe(20_000);
      const like = await fresh.snapshot({ like: one });
      expect(like.readAt).toBe(one.readAt);
      expect(await rowsOf(like, relation, { upTo: [0] })).toEqual([]);
      await one.close();
      await like.close();
      expect(await readAll(fresh, relation, { upTo: [0] })).toEqual([[-1, "new"]]);
      await admin.query("DELETE FROM moving WHERE id = -1");
    });

    test("a snapshot cannot share one that is over", async () => {
      const one = await server.snapshot();
      await one.close();
      await expect(server.snapshot({ like: one })).rejects.toThrow(Interrupted);
    });

    test("readAt is the server's clock in UTC", async () => {
      const snapshot = await server.snapshot();
      onTestFinished(() => snapshot.close());
      const { rows } = await admin.query<{ behind: number }>(
        "SELECT extract(epoch FROM clock_timestamp() - $1::timestamptz)::float8 AS behind",
        [snapshot.readAt],
      );
      expect(snapshot.readAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      expect(rows[0]?.behind).toBeGreaterThanOrEqual(0);
      expect(rows[0]?.behind).toBeLessThan(60);
    });

    test("never more than `connections` are open, and all are closed in the end", async () => {
      const fresh = await connectWith({ connections: 2 });
      const relation = await table("moving", fresh);
      let most = 0;
      const read = async () => {
        const snapshot = await fresh.snapshot();
        for await (const batch of batchesOf(snapshot, relation)) {
          expect(batch.length).toBeGreaterThan(0);
          most = Math.max(most, (await sessions()).length);
        }
        await snapshot.close();
      };
      const before = (await sessions()).length;
      await Promise.all(Array.from({ length: 6 }, read));
      expect(most - before).toBeLessThanOrEqual(1);
      await fresh.close();
      await server.close();
      await until(async () => (await sessions()).length === 0);
      server = await postgres.connect(optionsWith(), { signal: new AbortController().signal });
    });
  });

  describe("interruptions", () => {
    // More than the buffers between server and program hold, so that the statement still runs when its connection is killed.
    beforeAll(async () => {
      await admin.query("CREATE TABLE wide (id int PRIMARY KEY, v text)");
      await admin.query("INSERT INTO wide SELECT g, repeat('x', 20000) FROM generate_series(1, 4000) g");
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
      const query = await fresh.describeQuery("SELECT pg_sleep(600)::text AS a");
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
            if (++batches === behind)
              await admin.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND state = 'active' AND application_name = 'salvage'",
                [database],
              );
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
      await admin.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name = 'salvage'",
        [database],
      );
      await until(async () => (await sessions()).length === 0);
      const [first] = await Promise.allSettled([fresh.relations()]);
      expect([undefined, "Interrupted"]).toContain(
        first.status === "rejected" ? (first.reason as Error).name : undefined,
      );
      expect(await fresh.relations()).not.toEqual([]);
    });

    test("a lock that is not given in time interrupts", async () => {
      const fresh = await connectWith({ lockTimeout: "100ms" });
      const relation = await table("victim", fresh);
      await admin.query("BEGIN; LOCK TABLE victim IN ACCESS EXCLUSIVE MODE");
      try {
        await expect(readAll(fresh, relation)).rejects.toThrow(/lock timeout/);
        await expect(readAll(fresh, relation)).rejects.toThrow(Interrupted);
      } finally {
        await admin.query("ROLLBACK");
      }
    });
  });

  describe("refusals", () => {
    const secret = "hunter2-very-secret";
    test.each([
      ["a host that nobody knows", { host: "nowhere.invalid" }, /its host is unknown/],
      ["a port where nothing answers", { port: 1 }, /nothing answers there \(ECONNREFUSED\)/],
      ["a database that is not there", { database: "nowhere" }, /no such database/],
      ["a server without TLS", { ssl: "require" }, /offers no TLS.*`ssl: disable`/],
      ["a role that is not there", { user: "nobody" }, /nobody/],
    ])("%s", async (_what, more, message) => {
      const error = await userErrorOf(
        postgres.connect(optionsWith({ password: secret, ...more }), { signal: new AbortController().signal }),
      );
      expect(error.message).toMatch(message);
      expect(`${error.message} ${String(error.stack)} ${JSON.stringify(error)}`).not.toContain(secret);
    });

    test.each([
      ["nonsense", /is not a URL/],
      [`mysql://a:${secret}@h/d`, /begins with mysql:/],
      [`postgres://a:${secret}@h/d?sslmode=disable`, /parameter sslmode.*option `ssl`/],
      [`postgres://:${secret}@h/d`, /does not say the server's user/],
    ])("the URL %s", async (connection, message) => {
      const options = postgres.options.parse({ connection });
      const error = await userErrorOf(postgres.connect(options, { signal: new AbortController().signal }));
      expect(error.message).toMatch(message);
      expect(error.message).not.toContain(secret);
    });

    test("a URL says what fields say", async () => {
      const connection = `postgres://${encodeURIComponent(reader)}:right-7@${url.hostname}:${url.port || 5432}/${database}`;
      const connected = await postgres.connect(postgres.options.parse({ connection, ssl: "disable" }), {
        signal: new AbortController().signal,
      });
      onTestFinished(() => connected.close());
      expect(connected.description).toMatch(new RegExp(`^PostgreSQL \\d+.* database ${database}, user ${reader}$`));
    });
  });

  test("cells of 100 MB pass one by one", async () => {
    await admin.query("CREATE TABLE huge (id int PRIMARY KEY, b bytea, t text)");
    await admin.query(
      "INSERT INTO huge VALUES (1, decode(repeat('00ff', 52428800), 'hex'), ''), (2, '', repeat('é', 52428800)), (3, '', '')",
    );
    const snapshot = await server.snapshot();
    onTestFinished(() => snapshot.close());
    const sizes: number[] = [];
    for await (const batch of batchesOf(snapshot, await table("huge"))) {
      expect(batch.length).toBeLessThanOrEqual(2);
      for (const [, bytes, text] of batch) sizes.push((bytes as Buffer).length, (text as string).length);
    }
    expect(sizes).toEqual([104_857_600, 0, 0, 52_428_800, 0, 0]);
  });

  test("the schema is what the DDL says", async () => {
    await admin.query(`CREATE SCHEMA shop;
      CREATE TABLE shop.customer (id serial PRIMARY KEY, email text NOT NULL UNIQUE, name varchar(40) NOT NULL DEFAULT 'N''n', tier "char",
        active boolean NOT NULL DEFAULT true, credit numeric(12,2) DEFAULT 0 CHECK (credit >= 0 AND credit < 100000),
        state text CHECK (state IN ('open', 'closed')), since timestamptz(3) DEFAULT now(), born date, phone text UNIQUE,
        CONSTRAINT "short name" CHECK (length(name) > 1));
      CREATE TABLE shop.purchase (id bigint GENERATED ALWAYS AS IDENTITY (START WITH 100 INCREMENT BY 5) PRIMARY KEY, line smallint NOT NULL,
        customer int NOT NULL CONSTRAINT "of whom" REFERENCES shop.customer ON DELETE CASCADE, net money, gross numeric(12,2) NOT NULL,
        twice numeric GENERATED ALWAYS AS (gross * 2) STORED, feel public.level, doc jsonb, UNIQUE (customer, line));
      CREATE INDEX ON shop.purchase (gross)`);
    const { tables, skipped } = await server.schema();
    const customer = findTable({ tables, skipped, userTypes: [], boundObjects: [] }, "shop.customer");
    const purchase = findTable({ tables, skipped, userTypes: [], boundObjects: [] }, "shop.purchase");
    expect(customer).toMatchObject({
      primaryKey: { name: "customer_pkey", columns: ["id"] },
      unique: [{ name: "customer_email_key", columns: ["email"] }],
      checks: [
        { name: "customer_credit_check", expression: "([credit] >= 0) AND ([credit] < 100000)" },
        { name: "customer_state_check", expression: "[state] IN (N'open', N'closed')" },
      ],
    });
    expect(customer?.columns.map(({ name, type, nullable }) => [name, type, nullable])).toEqual([
      ["id", { name: "int" }, false],
      ["email", { name: "nvarchar", length: 450 }, false],
      ["name", { name: "nvarchar", length: 40 }, false],
      ["tier", { name: "nvarchar", length: 1 }, true],
      ["active", { name: "bit" }, false],
      ["credit", { name: "decimal", precision: 12, scale: 2 }, true],
      ["state", { name: "nvarchar", length: "max" }, true],
      ["since", { name: "datetimeoffset", scale: 3 }, true],
      ["born", { name: "date" }, true],
      ["phone", { name: "nvarchar", length: 450 }, true],
    ]);
    if (customer === undefined || purchase === undefined) throw new Error("a table is missing");
    expect(findColumn(customer, "id")?.identity).toEqual({ seed: "1", increment: "1", notForReplication: false });
    expect(findColumn(customer, "name")?.default).toEqual({ expression: "N'N''n'" });
    expect(findColumn(customer, "active")?.default).toEqual({ expression: "1" });
    expect(findColumn(customer, "since")?.default).toBeUndefined();
    expect(findColumn(customer, "email")?.collation).toBe("Latin1_General_BIN");
    expect(findColumn(purchase, "id")?.identity).toEqual({ seed: "100", increment: "5", notForReplication: false });
    expect(findColumn(purchase, "twice")?.computed).toEqual({ expression: "(gross * (2)::numeric)", persisted: true });
    expect(findColumn(purchase, "feel")?.type).toEqual({ name: "nvarchar", length: 4 });
    expect(purchase.foreignKeys).toEqual([
      {
        name: "of whom",
        columns: ["customer"],
        references: "shop.customer",
        referencedColumns: ["id"],
        onDelete: "CASCADE",
        notForReplication: false,
        disabled: false,
      },
    ]);
    expect(purchase.unique).toEqual([{ name: "purchase_customer_line_key", columns: ["customer", "line"] }]);
    expect(skipped).toMatchObject({
      check: expect.any(Number),
      default: expect.any(Number),
      view: expect.any(Number),
      "unique key over NULL": expect.any(Number),
    });
  });
});
