/** What single statements say, in all dialects, with and without parameters. */
import { describe, expect, it } from "vitest";
import { StatementReader } from "../../src/extract/sql-log/statement.ts";
import { NotLogged, type Bindings } from "../../src/extract/sql-log/parameters.ts";
import type { Outcome } from "../../src/extract/sql-log/outcome.ts";
import type { DialectId } from "../../src/extract/sql-script/dialects/dialect.ts";
import { withRowTime } from "../../src/schema/model.ts";
import { makeTable, mapTable } from "./harness.ts";

const keyed = (id: string, columns: Parameters<typeof makeTable>[1], ...key: string[]) =>
  withRowTime({ ...makeTable(id, columns), primaryKey: { name: "PK", columns: key } });
const items = keyed(
  "dbo.Items",
  { Id: "int", Name: "nvarchar", Price: "money", Data: "varbinary", At: "datetime2" },
  "Id",
);
const lines = keyed("dbo.Lines", { OrderId: "int", No: "int", Text: "nvarchar" }, "OrderId", "No");
const mappings = [mapTable(items), mapTable(lines)];

function read(dialect: DialectId, text: string, bindings: Bindings = new Map()): string[] {
  const reader = new StatementReader({ dialect, schema: "dbo", dateFormat: "mdy", zone: "America/Chicago", mappings });
  return reader.read(text, bindings).map(print);
}

function print(outcome: Outcome): string {
  if (outcome.kind === "skip") return `skip: ${outcome.rule}`;
  if (outcome.kind === "fault") return `fault: ${outcome.reason}`;
  if (outcome.kind === "transaction") return [outcome.step, outcome.name].join(" ").trim();
  if (outcome.kind === "evidence") return `evidence ${outcome.table?.name}: ${outcome.reason}`;
  const { operation, mapping, values, touched } = outcome.change;
  const cells = [...values].map(
    ([name, value]) => `${name}=${value instanceof Uint8Array ? "bytes" : JSON.stringify(value)}`,
  );
  return [
    operation,
    mapping.table.name,
    ...cells,
    ...[...(touched ?? [])].map(([name, by]) => `[${name}: ${by}]`),
  ].join(" ");
}

const added = "a row was added whose key the log does not say";
const notKey = "evidence Items: rows were changed: the WHERE is not a key";

describe("statements", () => {
  it.each<[DialectId, string, string[]]>([
    [
      "sqlserver",
      "INSERT Items VALUES (1, N'a', 2.50, 0xFF, NULL)",
      ['insert Items Id=1 Name="a" Price="2.50" Data=bytes At=null'],
    ],
    [
      "sqlserver",
      "INSERT INTO [dbo].[Items] (Id, Name) OUTPUT INSERTED.Id VALUES (1, 'a'), (2, 'b');",
      ['insert Items Id=1 Name="a"', 'insert Items Id=2 Name="b"'],
    ],
    ["sqlserver", "INSERT Items (Id, Price) VALUES (1, DEFAULT)", ["insert Items Id=1"]],
    ["sqlserver", "INSERT Items (Id, At) VALUES (1, GETDATE())", ["insert Items Id=1 [At: GETDATE()]"]],
    ["sqlserver", "INSERT Items (Name) VALUES ('x')", [`evidence Items: ${added}`]],
    ["sqlserver", "INSERT Items (Id, Name) VALUES (1)", ["fault: the row has 1 values, and the table takes 2"]],
    [
      "sqlserver",
      "INSERT Items SELECT * FROM Old",
      ["evidence Items: INSERT of a query: rows were added that it does not name"],
    ],
    ["sqlserver", "INSERT Others VALUES (1)", ["skip: feeds no target table dbo.Others"]],
    [
      "sqlserver",
      "UPDATE Items SET Price = Price * 2, Name = N'x' WHERE (Id = 5)",
      ['update Items Id=5 Name="x" [Price: Price * 2]'],
    ],
    [
      "sqlserver",
      "UPDATE Items SET Name = 'a' + Name WHERE Id IN (1, 2)",
      ["update Items Id=1 [Name: 'a' + Name]", "update Items Id=2 [Name: 'a' + Name]"],
    ],
    [
      "sqlserver",
      "UPDATE Lines SET Text = '' WHERE OrderId = 1 AND No IN (1, 2)",
      ['update Lines OrderId=1 No=1 Text=""', 'update Lines OrderId=1 No=2 Text=""'],
    ],
    [
      "sqlserver",
      "UPDATE Lines SET Text = '' WHERE OrderId = 1",
      ["evidence Lines: rows were changed: the WHERE is not a key"],
    ],
    ["sqlserver", "UPDATE Items SET Name = 'a' WHERE Id > 5", [notKey]],
    ["sqlserver", "UPDATE Items SET Name = 'a' WHERE Id = 5 OR Id = 6", [notKey]],
    ["sqlserver", "UPDATE Items SET Name = 'a'", ["evidence Items: rows were changed: all of them, without a WHERE"]],
    [
      "sqlserver",
      "UPDATE Items SET Name = 'a' WHERE Id = NULL",
      ["skip: a WHERE that no row answers: its key is NULL"],
    ],
    [
      "sqlserver",
      "UPDATE Items SET Name = 'a' WHERE Id IN (SELECT Id FROM X)",
      ["evidence Items: rows were changed: the WHERE holds a subquery"],
    ],
    ["sqlserver", "UPDATE Items SET Id = 6 WHERE Id = 5", ["evidence Items: a row was changed in its key"]],
    [
      "sqlserver",
      "UPDATE i SET Name = 'a' FROM Items i JOIN X ON 1 = 1 WHERE i.Id = 1",
      ["evidence undefined: rows were changed: UPDATE of more than one table, or of none that could be told"],
    ],
    ["sqlserver", "DELETE Items WHERE Id = 5 SELECT @@ROWCOUNT", ["delete Items Id=5", "skip: SELECT"]],
    ["sqlserver", "DELETE TOP (1) FROM Items", ["evidence undefined: DELETE names no table that could be told"]],
    [
      "sqlserver",
      "IF 1 = 1 DELETE Items WHERE Id = 5",
      ["skip: IF", "evidence Items: the statement stands under a condition, and may not have run"],
    ],
    [
      "sqlserver",
      "TRUNCATE TABLE Items; MERGE INTO Items USING x ON 1 = 0 WHEN MATCHED THEN DELETE;",
      [
        "evidence Items: rows were changed by TRUNCATE, which names none of them",
        "evidence Items: rows were changed by MERGE, which names none of them",
      ],
    ],
    [
      "sqlserver",
      "DELETE Items WHERE Id = 5 AND Name = 'a",
      ["fault: the statement is cut short: it ends inside a literal or a comment"],
    ],
    ["sqlserver", "BEGIN TRAN; SAVE TRAN a; ROLLBACK TRAN a; COMMIT", ["begin", "save A", "rollback A", "commit"]],
    [
      "postgres",
      `INSERT INTO "items" AS i (id, name) VALUES (1, E'a\\n') ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, price = i.price + 1 RETURNING *`,
      ['update Items id=1 name="a\\n" [price: i.price + 1]'],
    ],
    ["postgres", "INSERT INTO items (id, name) VALUES (1, 'a') ON CONFLICT DO NOTHING", ["proof Items id=1"]],
    [
      "postgres",
      "INSERT INTO items (id, name) VALUES (1, 'a') ON CONFLICT (name) DO UPDATE SET price = 1",
      ["evidence Items: a row was added or changed: the statement does not say which"],
    ],
    [
      "postgres",
      "INSERT INTO items (id, at) VALUES (1, '2026-03-01 12:00:00+00'::timestamptz)",
      ['insert Items id=1 at="2026-03-01 06:00:00"'],
    ],
    [
      "postgres",
      "DELETE FROM items AS i USING x WHERE i.id = 1",
      ["evidence Items: rows were deleted: USING stands where WHERE was expected"],
    ],
    [
      "postgres",
      "WITH x AS (DELETE FROM items RETURNING *) SELECT 1",
      ["evidence undefined: rows were changed by a statement that begins in WITH"],
    ],
    ["postgres", "COPY items (id) TO STDOUT", ["skip: COPY … TO"]],
    ["postgres", "COPY items (id) FROM STDIN", ["evidence Items: rows were changed by COPY, which names none of them"]],
    [
      "postgres",
      "START TRANSACTION ISOLATION LEVEL SERIALIZABLE; SAVEPOINT s1; ROLLBACK TO SAVEPOINT s1; END;",
      ["begin ISOLATION", "save S1", "undo S1", "commit"],
    ],
    ["mysql", 'INSERT INTO `items` SET id = 1, name = "it\'s"', ['insert Items id=1 name="it\'s"']],
    [
      "mysql",
      "INSERT INTO items (id, name, price) VALUES (1, 'a', 2) ON DUPLICATE KEY UPDATE name = VALUES(name), price = price + VALUES(price)",
      ['update Items id=1 name="a" [price: price + VALUES(price)]'],
    ],
    [
      "mysql",
      "INSERT INTO items (id, name) VALUES (1, 'a') AS new ON DUPLICATE KEY UPDATE name = new.name",
      ['update Items id=1 name="a"'],
    ],
    ["mysql", "INSERT IGNORE INTO items (id, name) VALUES (1, 'a')", ["proof Items id=1"]],
    ["mysql", "REPLACE INTO items (id, name) VALUES (1, 'a')", ['insert Items id=1 name="a"']],
    ["mysql", "UPDATE items SET name = 'a' WHERE id = 1 LIMIT 1", ['update Items id=1 name="a"']],
    ["mysql", "SET autocommit=0", ["manual"]],
    ["sqlite", "INSERT OR REPLACE INTO items (id, name) VALUES (1, 'a')", ['insert Items id=1 name="a"']],
    ["oracle", "UPDATE items SET name = 'a' WHERE id = 1", ['update Items id=1 name="a"']],
  ])("%s: %s", (dialect, text, expected) => {
    expect(read(dialect, text)).toEqual(expected);
  });
});

const values = (...list: (string | null | NotLogged)[]): Bindings =>
  new Map(list.flatMap((value, at) => [[String(at + 1), value] as const, [`p${at}`, value] as const]));

describe("parameters", () => {
  it.each<[DialectId, string, Bindings, string[]]>([
    ["sqlserver", "UPDATE Items SET Name = @p0 WHERE Id = @P1", values("a", "5"), ['update Items Id="5" Name="a"']],
    [
      "sqlserver",
      "UPDATE Items SET Name = @p0, At = @p2 WHERE Id = @p1",
      values(null, "5", "2026-01-01T00:00:00Z"),
      ['update Items Id="5" Name=null At="2026-01-01T00:00:00"'],
    ],
    [
      "sqlserver",
      "UPDATE Items SET Price = Price + @p0 WHERE Id = @p1",
      values("1", "5"),
      ['update Items Id="5" [Price: Price + @p0]'],
    ],
    [
      "sqlserver",
      "UPDATE Items SET Name = @p0 WHERE Id = @p1",
      values(new NotLogged("the log hides"), "5"),
      ['update Items Id="5" [Name: @p0]'],
    ],
    [
      "sqlserver",
      "UPDATE Items SET Name = 'a' WHERE Id = @p9",
      values(),
      ["evidence Items: rows were changed: the WHERE uses the variable @p9, whose value is not in the row"],
    ],
    [
      "postgres",
      "UPDATE items SET name = $1, price = $3::money WHERE id = $2",
      values("a", "5", "2"),
      ['update Items id="5" name="a" price="2"'],
    ],
    [
      "postgres",
      "INSERT INTO items (id, data) VALUES ($1, $2)",
      values("5", String.raw`\x00ff`),
      ['insert Items id="5" data=bytes'],
    ],
    ["oracle", "DELETE FROM items WHERE id = :p0", values("5"), ['delete Items id="5"']],
    [
      "mysql",
      "DELETE FROM others WHERE id = ?; UPDATE items SET name = '?', price = ? WHERE id = ?",
      values("1", "2", "3"),
      ["skip: feeds no target table dbo.others", 'update Items id="3" name="?" price="2"'],
    ],
    [
      "mysql",
      "DELETE FROM items WHERE id = ?",
      values(),
      ["evidence Items: rows were deleted: the WHERE uses ?, whose value is not in the log"],
    ],
  ])("%s: %s", (dialect, text, bindings, expected) => {
    expect(read(dialect, text, bindings)).toEqual(expected);
  });
});
