/** Writes histories of dbo.Rows as the programs that `sql-log` reads log them; one writer a format. */
import type { HistoryEvent, HistoryRow } from "./history.ts";
import { wallOf } from "./history.ts";

type Value = string | number | null;
type Column = keyof HistoryRow;

export interface Statement {
  /** With a placeholder of the writer's for each value. */
  sql(placeholder: (index: number) => string, name: (column: string) => string): string;
  readonly values: readonly { readonly column: Column; readonly value: Value }[];
}

/** One step of a log. */
export type Step =
  | { readonly kind: "begin" | "commit" | "rollback"; readonly at: number }
  | { readonly kind: "run"; readonly at: number; readonly statement: Statement; readonly event: HistoryEvent }
  | { readonly kind: "fail"; readonly at: number; readonly statement: Statement };

export interface SqlLogWriter {
  readonly options: Readonly<Record<string, unknown>>;
  /** The format shows that a statement failed. */
  readonly showsFailures: boolean;
  /** What of a text the format can hold; by default all of it. */
  readonly encodable?: (text: string) => string;
  write(steps: readonly Step[]): string;
}

/** The statement by which a program makes a change. */
export function statementOf({ operation, before, after }: HistoryEvent): Statement {
  const { id = 0, name = null, price = null, made = null } = after ?? before ?? {};
  const cells = [
    { column: "name", value: name },
    { column: "price", value: price },
    { column: "made", value: made },
  ] as const;
  const key = { column: "id", value: id } as const;
  if (operation === "delete")
    return { values: [key], sql: (mark, quote) => `DELETE FROM ${quote("Rows")} WHERE ${quote("id")} = ${mark(0)}` };
  if (operation === "insert")
    return {
      values: [key, ...cells],
      sql: (mark, quote) =>
        `INSERT INTO ${quote("Rows")} (${["id", "name", "price", "made"].map(quote).join(", ")}) VALUES (${[0, 1, 2, 3].map(mark).join(", ")})`,
    };
  return {
    values: [...cells, key],
    sql: (mark, quote) =>
      `UPDATE ${quote("Rows")} SET ${cells.map(({ column }, index) => `${quote(column)} = ${mark(index)}`).join(", ")} WHERE ${quote("id")} = ${mark(3)}`,
  };
}

const bracketed = (name: string) => `[${name}]`;
const lower = (name: string) => name.toLowerCase();
const quoted = (name: string) => `"${name.toLowerCase()}"`;
const backticked = (name: string) => `\`${name.toLowerCase()}\``;

function seconds(at: number): string {
  return wallOf(at).slice(0, 19);
}

function literal(value: Value, prefix = ""): string {
  if (value === null) return "NULL";
  return typeof value === "number" ? String(value) : `${prefix}'${value.replaceAll("'", "''")}'`;
}

function inlined(statement: Statement, name: (column: string) => string, write: (value: Value) => string): string {
  return statement.sql((index) => write(statement.values[index]?.value ?? null), name);
}

const words = { begin: "BEGIN", commit: "COMMIT", rollback: "ROLLBACK" } as const;

function each(steps: readonly Step[], write: (step: Step, index: number) => string): string {
  return steps.map(write).join("");
}

// oxlint-disable-next-line no-control-regex -- control characters are what is taken out
const noControls = (text: string): string => text.replaceAll(/[\0-\x08\x0b-\x1f]/g, "");

const efcore: SqlLogWriter = {
  options: { format: "efcore" },
  showsFailures: true,
  // Quotes stand there as they are, so that the end of a value cannot always be told.
  encodable: (text) => noControls(text).replaceAll(/['\n]/g, ""),
  write: (steps) =>
    each(steps, (step) => {
      const head = `${seconds(step.at)}.000 dbug: Microsoft.EntityFrameworkCore.Database`;
      if (step.kind !== "run" && step.kind !== "fail") {
        const what = {
          begin: "Began transaction",
          commit: "Committed transaction.",
          rollback: "Rolled back transaction.",
        };
        return `${head}.Transaction[20200]\n      ${what[step.kind]}\n`;
      }
      const { statement, kind } = step;
      const parameters = statement.values.map(
        ({ value }, index) => `@p${index}=${value === null ? "NULL (Size = 4000)" : `'${value}'`}`,
      );
      const done = kind === "run" ? "Executed" : "Failed executing";
      const sql = statement.sql((index) => `@p${index}`, bracketed);
      return `${head}.Command[20101]\n      ${done} DbCommand (1ms) [Parameters=[${parameters.join(", ")}], CommandType='Text', CommandTimeout='30']\n      SET NOCOUNT ON;\n      ${sql};\n`;
    }),
};

const ef6Types: Readonly<Record<Column, string>> = { id: "Int32", name: "String", price: "Decimal", made: "String" };

const ef6: SqlLogWriter = {
  options: { format: "ef6" },
  showsFailures: true,
  encodable: (text) => (text === "null" ? "nil" : noControls(text)),
  write: (steps) =>
    each(steps, (step) => {
      const at = `${seconds(step.at)} +00:00`;
      if (step.kind !== "run" && step.kind !== "fail") {
        const what = { begin: "Started", commit: "Committed", rollback: "Rolled back" };
        return `${what[step.kind]} transaction at ${at}\n`;
      }
      const { statement, kind } = step;
      const known = statement.values.filter(({ value }) => value !== null);
      const parameters = known.map(
        ({ column, value }, index) => `-- @${index}: '${value}' (Type = ${ef6Types[column]}, Size = 40)\n`,
      );
      const place = (index: number) => known.indexOf(statement.values[index] as (typeof known)[number]);
      const sql = statement.sql((index) => (place(index) < 0 ? "NULL" : `@${place(index)}`), bracketed);
      const end = kind === "run" ? "Completed in 1 ms with result: 1" : "Failed in 1 ms with error: no";
      return `${sql}\n\n${parameters.join("")}-- Executing at ${at}\n-- ${end}\n\n`;
    }),
};

function unescaped(value: Value): string {
  if (value === null) return "NULL";
  return typeof value === "number" ? String(value) : `'${value}'`;
}

const nhibernate: SqlLogWriter = {
  options: { format: "nhibernate" },
  showsFailures: true,
  encodable: (text) => noControls(text).replaceAll(/@p/g, "p").trimEnd(),
  write: (steps) =>
    each(steps, (step) => {
      const head = `${seconds(step.at)},000 [7] DEBUG NHibernate.`;
      if (step.kind !== "run" && step.kind !== "fail") {
        const what = {
          begin: "Begin (ReadCommitted)",
          commit: "DbTransaction Committed",
          rollback: "DbTransaction RolledBack",
        };
        return `${head}Transaction.AdoTransaction [(null)] - ${what[step.kind]}\r\n`;
      }
      const { statement, kind } = step;
      const parameters = statement.values.map(
        ({ value }, index) =>
          `@p${index} = ${unescaped(value)} [Type: ${typeof value === "number" ? "Int32" : "String"} (0:0:0)]`,
      );
      const failure = `${seconds(step.at)},000 [7] ERROR NHibernate.Util.ADOExceptionReporter [(null)] - no\r\n`;
      const line = `${head}SQL [(null)] - ${statement.sql((index) => `@p${index}`, lower)};${parameters.join(", ")}\r\n`;
      return kind === "run" ? line : line + failure;
    }),
};

const hibernate: SqlLogWriter = {
  options: { format: "hibernate", dialect: "postgres" },
  showsFailures: true,
  encodable: (text) => (text === "null" ? "nil" : noControls(text).replaceAll("\n", " ")),
  write: (steps) =>
    each(steps, (step) => {
      const head = (logger: string, level = "DEBUG") => `${seconds(step.at)}.000 ${level} 1 --- [exec-1] ${logger} : `;
      const own = head("o.h.e.t.internal.TransactionImpl");
      if (step.kind !== "run" && step.kind !== "fail") {
        const what = { begin: "begin", commit: "committing", rollback: "rolling back" };
        const released = `${head("o.h.r.j.i.LogicalConnectionManagedImpl")}Initiating JDBC connection release from afterTransaction\n`;
        return `${own}${what[step.kind]}\n${step.kind === "begin" ? "" : released}`;
      }
      const { statement, kind } = step;
      const known = statement.values.filter(({ value }) => value !== null);
      const bound = known.map(
        ({ column, value }, index) =>
          `${head("org.hibernate.orm.jdbc.bind", "TRACE")}binding parameter (${index + 1}:${column === "id" ? "INTEGER" : "VARCHAR"}) <- [${value}]\n`,
      );
      const sql = statement.sql((index) => (statement.values[index]?.value === null ? "null" : "?"), lower);
      const failure = `${head("o.h.engine.jdbc.spi.SqlExceptionHelper", "WARN")}SQL Error: 1, SQLState: 23000\n`;
      return `${head("org.hibernate.SQL")}${sql}\n${bound.join("")}${kind === "run" ? "" : failure}`;
    }),
};

const sequelizeId = (at: number) => `00000000-0000-0000-0000-${String(at).padStart(12, "0")}`;

/** A transaction has the id of its beginning. */
function withSessions(steps: readonly Step[]): (Step & { readonly session: number | undefined })[] {
  let session: number | undefined;
  return steps.map((step, index) => {
    if (step.kind === "begin") session = index + 1;
    const placed = { ...step, session };
    if (step.kind === "commit" || step.kind === "rollback") session = undefined;
    return placed;
  });
}

const sequelize: SqlLogWriter = {
  options: { format: "sequelize", dialect: "postgres" },
  showsFailures: false,
  write: (steps) =>
    withSessions(steps)
      .map((step) => {
        const head = `${seconds(step.at)}.000 debug: Executing (${step.session === undefined ? "default" : sequelizeId(step.session)}): `;
        if (step.kind !== "run" && step.kind !== "fail")
          return `${head}${step.kind === "begin" ? "START TRANSACTION" : words[step.kind]};\n`;
        const { statement } = step;
        const values = statement.values.map(({ value }) => JSON.stringify(value)).join(", ");
        return `${head}${statement.sql((index) => `$${index + 1}`, quoted)}; ${values}\n`;
      })
      .join(""),
};

/** What `util.inspect` makes of a text. */
function inspected(value: Value): string {
  if (typeof value !== "string") return String(value);
  return `'${value
    .replaceAll("\\", "\\\\")
    .replaceAll("'", "\\'")
    .replaceAll("\n", "\\n")
    .replaceAll(/\p{Cc}/gu, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`)}'`;
}

const knex: SqlLogWriter = {
  options: { format: "knex", dialect: "postgres" },
  showsFailures: false,
  write: (steps) =>
    withSessions(steps)
      .map((step) => {
        const head = `${new Date(step.at * 1000).toISOString()} knex:`;
        const end = step.session === undefined ? "undefined" : `trx${step.session}`;
        if (step.kind !== "run" && step.kind !== "fail")
          return `${head}query ${words[step.kind]}; ${end}\n${head}bindings undefined ${end}\n`;
        const { statement } = step;
        const values = statement.values.map(({ value }) => `  ${inspected(value)}`).join(",\n");
        return `${head}query ${statement.sql((index) => `$${index + 1}`, quoted)} ${end}\n${head}bindings [\n${values}\n] ${end}\n`;
      })
      .join(""),
};

interface ServerMessage {
  readonly severity: "LOG" | "ERROR" | "STATEMENT";
  readonly message: string;
  readonly detail?: string;
}

/** Every second statement comes with its parameters apart. */
function postgresMessages(step: Step, index: number): ServerMessage[] {
  if (step.kind !== "run" && step.kind !== "fail")
    return [{ severity: "LOG", message: `statement: ${words[step.kind]}` }];
  const { statement, kind } = step;
  const plain = inlined(statement, quoted, (value) => literal(value));
  const bound = statement.sql((at) => `$${at + 1}`, quoted);
  const detail = `parameters: ${statement.values.map(({ value }, at) => `$${at + 1} = ${value === null ? "NULL" : literal(String(value))}`).join(", ")}`;
  const logged: ServerMessage =
    index % 2 === 0
      ? { severity: "LOG", message: `statement: ${plain}` }
      : { severity: "LOG", message: `execute <unnamed>: ${bound}`, detail };
  const failure = [
    { severity: "ERROR", message: "duplicate key value violates unique constraint" },
    { severity: "STATEMENT", message: index % 2 === 0 ? plain : bound },
  ] as const;
  return kind === "run" ? [logged] : [logged, ...failure];
}

const noNuls = (text: string): string => text.replaceAll("\0", "").replaceAll("\r", "");

const postgresStderr: SqlLogWriter = {
  options: { format: "postgres-stderr" },
  showsFailures: true,
  encodable: noNuls,
  write: (steps) =>
    each(steps, (step, index) => {
      const head = `${seconds(step.at)}.000 UTC [7] `;
      const line = (severity: string, text: string) => `${head}${severity}:  ${text.replaceAll("\n", "\n\t")}\n`;
      return postgresMessages(step, index)
        .map(
          ({ severity, message, detail }) =>
            line(severity, message) + (detail === undefined ? "" : line("DETAIL", detail)),
        )
        .join("");
    }),
};

const postgresJson: SqlLogWriter = {
  options: { format: "postgres-jsonlog" },
  showsFailures: true,
  encodable: noNuls,
  write: (steps) =>
    each(steps, (step, index) => {
      const place = { timestamp: `${seconds(step.at)}.000 UTC`, pid: 7, session_id: "65e1a2c0.7" };
      const [first, error, statement] = postgresMessages(step, index);
      const failed =
        error === undefined
          ? ""
          : `${JSON.stringify({ ...place, error_severity: "ERROR", message: error.message, statement: statement?.message })}\n`;
      return `${JSON.stringify({ ...place, error_severity: "LOG", message: first?.message, detail: first?.detail })}\n${failed}`;
    }),
};

function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (cell === "" ? "" : `"${cell.replaceAll('"', '""')}"`)).join(",")}\n`;
}

const postgresCsv: SqlLogWriter = {
  ...postgresJson,
  options: { format: "postgres-csvlog" },
  write: (steps) =>
    each(steps, (step, index) => {
      const [first, error, statement] = postgresMessages(step, index);
      const record = (severity: string, message = "", detail = "", query = "") =>
        csvLine([
          `${seconds(step.at)}.000 UTC`,
          "app",
          "bank",
          "7",
          "10.0.0.7:5000",
          "65e1a2c0.7",
          String(index),
          "",
          `${seconds(0)} UTC`,
          "3/12",
          "0",
          severity,
          "00000",
          message,
          detail,
          "",
          "",
          "",
          "",
          query,
          "",
          "",
          "app",
        ]);
      return (
        record("LOG", first?.message, first?.detail) +
        (error === undefined ? "" : record("ERROR", error.message, "", statement?.message))
      );
    }),
};

function mysqlLiteral(value: Value): string {
  if (typeof value !== "string") return literal(value);
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\0", "\\0").replaceAll("\x1a", "\\Z")}'`;
}

function generalLogHead(at: number): string {
  return `${seconds(at).replace(" ", "T")}.000000Z\t    7 `;
}

const mysqlGeneral: SqlLogWriter = {
  options: { format: "mysql-general" },
  showsFailures: false,
  write: (steps) => {
    return `${generalLogHead(steps[0]?.at ?? 0)}Connect\tapp@10.0.0.7 on bank using TCP/IP\n${each(steps, (step) =>
      step.kind === "run" || step.kind === "fail"
        ? `${generalLogHead(step.at)}Query\t${inlined(step.statement, backticked, mysqlLiteral)}\n`
        : `${generalLogHead(step.at)}Query\t${step.kind === "begin" ? "START TRANSACTION" : words[step.kind]}\n`,
    )}`;
  },
};

function binlogText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is written in another way
  return `'${text.replaceAll(/[\0-\x1f'\\]/g, (found) => `\\x${found.charCodeAt(0).toString(16).padStart(2, "0")}`)}'`;
}

function binlogImage(row: HistoryRow): string {
  const { id, name, price, made } = row;
  const cells = [
    `@1=${id} /* INT meta=0 nullable=0 is_null=0 */`,
    `@2=${name === null ? "NULL" : binlogText(name)} /* VARSTRING(160) meta=160 nullable=1 is_null=0 */`,
    `@3=${price ?? "NULL"} /* DECIMAL(19,4) meta=4868 nullable=1 is_null=0 */`,
    `@4=${made === null ? "NULL" : `'${made.slice(0, 26)}'`} /* DATETIME(6) meta=6 nullable=1 is_null=0 */`,
  ];
  return cells.map((cell) => `###   ${cell}\n`).join("");
}

/** Row events hold what was committed: what failed or was rolled back is not in them. */
const mysqlbinlog: SqlLogWriter = {
  options: { format: "mysqlbinlog" },
  showsFailures: false,
  write: (steps) =>
    each(steps, (step, index) => {
      if (step.kind !== "run") return "";
      const time = seconds(step.at).slice(2).replaceAll("-", "");
      const head = `# at ${index * 100}\n#${time} server id 1  end_log_pos ${index * 100 + 50} CRC32 0x1f2a3b4c \t`;
      const { operation, before, after } = step.event;
      const [old, current] = [
        before === undefined ? "" : binlogImage(before),
        after === undefined ? "" : binlogImage(after),
      ];
      const body = {
        insert: `### INSERT INTO \`bank\`.\`rows\`\n### SET\n${current}`,
        update: `### UPDATE \`bank\`.\`rows\`\n### WHERE\n${old}### SET\n${current}`,
        delete: `### DELETE FROM \`bank\`.\`rows\`\n### WHERE\n${old}`,
      };
      return `${head}Query\tthread_id=8\texec_time=0\terror_code=0\nSET TIMESTAMP=${step.at}/*!*/;\nBEGIN\n/*!*/;\n${head}Write_rows: table id 90 flags: STMT_END_F\n${body[operation]}${head}Xid = ${index}\nCOMMIT/*!*/;\n`;
    }),
};

/** ADO.NET sends a statement with parameters by sp_executesql. */
function executed(statement: Statement): string {
  const types: Readonly<Record<Column, string>> = {
    id: "int",
    name: "nvarchar(40)",
    price: "money",
    made: "datetime2(7)",
  };
  const declared = statement.values.map(({ column }, index) => `@p${index} ${types[column]}`).join(",");
  const given = statement.values
    .map(
      ({ value, column }, index) =>
        `@p${index}=${column === "price" && value !== null ? `$${value}` : literal(value, "N")}`,
    )
    .join(",");
  return `exec sp_executesql N'${statement.sql((index) => `@p${index}`, bracketed)}',N'${declared}',${given}`;
}

const batches = { begin: "BEGIN TRAN", commit: "COMMIT", rollback: "ROLLBACK" } as const;

const sqlserverCsv: SqlLogWriter = {
  options: { format: "sqlserver-csv" },
  showsFailures: true,
  write: (steps) =>
    `name,timestamp,statement,batch_text,result,session_id\n${each(steps, (step) => {
      const isCall = step.kind === "run" || step.kind === "fail";
      return csvLine([
        isCall ? "rpc_completed" : "sql_batch_completed",
        wallOf(step.at),
        isCall ? executed(step.statement) : "NULL",
        isCall ? "NULL" : batches[step.kind],
        step.kind === "fail" ? "Error" : "OK",
        "55",
      ]);
    })}`,
};

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r", "&#xD;");
}

/** What XML 1.0 can hold. */
const inXml = (text: string): string =>
  noControls(text)
    .replaceAll(/[\ufffe\uffff]/g, "")
    .toWellFormed();

function data(name: string, value: string, text = ""): string {
  return `<data name="${name}"><value>${xml(value)}</value>${text}</data>`;
}

const sqlserverXml: SqlLogWriter = {
  options: { format: "sqlserver-xml" },
  showsFailures: true,
  encodable: inXml,
  write: (steps) =>
    `<RingBufferTarget truncated="0">${each(steps, (step) => {
      const isCall = step.kind === "run" || step.kind === "fail";
      const result =
        step.kind === "fail" ? data("result", "2", "<text>Error</text>") : data("result", "0", "<text>OK</text>");
      const said = isCall ? data("statement", executed(step.statement)) : data("batch_text", batches[step.kind]);
      return `<event name="${isCall ? "rpc_completed" : "sql_batch_completed"}" package="sqlserver" timestamp="${new Date(step.at * 1000).toISOString()}">${said}${result}<action name="session_id" package="sqlserver"><value>55</value></action></event>\n`;
    })}</RingBufferTarget>\n`,
};

export const sqlLogWriters: Readonly<Record<string, SqlLogWriter>> = {
  efcore,
  ef6,
  nhibernate,
  hibernate,
  sequelize,
  knex,
  "postgres-stderr": postgresStderr,
  "postgres-csvlog": postgresCsv,
  "postgres-jsonlog": postgresJson,
  "mysql-general": mysqlGeneral,
  mysqlbinlog,
  "sqlserver-xml": sqlserverXml,
  "sqlserver-csv": sqlserverCsv,
};
