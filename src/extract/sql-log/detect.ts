/** How the beginning of a log shows which format of `sql-log` it is. */
import type { FormatId } from "./formats/registry.ts";
import { defaultPrefix, prefixPattern } from "./formats/postgres/prefix.ts";

interface Sign {
  readonly format: FormatId;
  /** What wrote it, for people. */
  readonly name: string;
  /** Ends a sentence that begins with the extractor. */
  readonly evidence: string;
  readonly is: (head: string) => boolean;
}

function isEfCore(head: string): boolean {
  return /\b(?:Executed|Executing|Failed executing) DbCommand (?:\([^)\n]*\) )?\[Parameters=\[/.test(head);
}

function isEf6(head: string): boolean {
  return /^-- Executing (?:asynchronously )?at /m.test(head);
}

function isBinlog(head: string): boolean {
  return /^# at \d+\r?\n#\d{6} +\d{1,2}:\d\d:\d\d server id /m.test(head);
}

function isMysqlGeneral(head: string): boolean {
  return /^Time\s+Id\s+Command\s+Argument\s*$/m.test(head);
}

function isPostgresCsv(head: string): boolean {
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \S+,(?:"[^"]*")?,(?:"[^"]*")?,\d*,.*,(?:LOG|ERROR|FATAL|WARNING|NOTICE|PANIC|DEBUG\d?|INFO),\w{5},/m.test(
    head,
  );
}

function isPostgresJson(head: string): boolean {
  return /^\{"timestamp":"[^"]*".*"error_severity":"/m.test(head);
}

function isPostgresStderr(head: string): boolean {
  return /^\S.*\b(?:LOG|ERROR|FATAL|STATEMENT|DETAIL):  \S/m.test(head);
}

function isSqlserverXml(head: string): boolean {
  return /^(?:\s*<\?xml[^>]*>)?\s*<(?:TraceData|RingBufferTarget|event name=")|<event name="[\w:]+" package="/i.test(
    head,
  );
}

function isSqlserverCsv(head: string): boolean {
  const header = head.slice(0, head.search(/\r?\n|$/)).toLowerCase();
  const isTrace = header.includes("eventclass") && header.includes("textdata");
  return (
    isTrace || (/\bname\b/.test(header) && /\btimestamp\b/.test(header) && /\b(?:statement|batch_text)\b/.test(header))
  );
}

function isNHibernate(head: string): boolean {
  return /\bNHibernate\.SQL\b|^NHibernate: /m.test(head);
}

function isHibernate(head: string): boolean {
  return /\borg\.hibernate\.SQL\b|^Hibernate: /m.test(head);
}

function isSequelize(head: string): boolean {
  return /\bExecut(?:ing|ed) \((?:default|[0-9a-f]{8}-[0-9a-f-]{27})\): /.test(head);
}

function isKnex(head: string): boolean {
  return /\bknex:(?:query|bindings) |__knexQueryUid: '/.test(head);
}

/** In this order; the first that fits is it. A new format takes one line. */
export const signs: readonly Sign[] = [
  { format: "efcore", name: "Entity Framework Core", evidence: "commands of Entity Framework Core", is: isEfCore },
  { format: "ef6", name: "Entity Framework 6", evidence: "commands of Entity Framework 6", is: isEf6 },
  { format: "nhibernate", name: "NHibernate", evidence: "statements of NHibernate", is: isNHibernate },
  { format: "hibernate", name: "Hibernate", evidence: "statements of Hibernate", is: isHibernate },
  { format: "sequelize", name: "Sequelize", evidence: "statements of Sequelize", is: isSequelize },
  { format: "knex", name: "knex", evidence: "queries of knex", is: isKnex },
  { format: "mysqlbinlog", name: "mysqlbinlog's text", evidence: "events as mysqlbinlog prints them", is: isBinlog },
  { format: "mysql-general", name: "MySQL's general log", evidence: "its header", is: isMysqlGeneral },
  { format: "postgres-csvlog", name: "PostgreSQL's csvlog", evidence: "fields of a csvlog", is: isPostgresCsv },
  { format: "postgres-jsonlog", name: "PostgreSQL's jsonlog", evidence: "members of a jsonlog", is: isPostgresJson },
  { format: "postgres-stderr", name: "PostgreSQL's server log", evidence: "its severities", is: isPostgresStderr },
  { format: "sqlserver-xml", name: "events of SQL Server (XML)", evidence: "elements of a trace", is: isSqlserverXml },
  { format: "sqlserver-csv", name: "events of SQL Server (CSV)", evidence: "a trace's header", is: isSqlserverCsv },
];

/** `log_line_prefix` as distributions and providers set it; the first that fits is it. */
const prefixes = [
  defaultPrefix,
  "%m [%p] %q%u@%d ",
  "%t [%p] ",
  "%t [%p]: [%l-1] ",
  "%t [%p]: [%l-1] user=%u,db=%d ",
  "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
  "%m [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
  "%t:%r:%u@%d:[%p]:",
  "%t [%p-%l] %q%u@%d ",
  "%m %u@%d [%p] ",
];

const logged = /\b(?:LOG|ERROR|FATAL|WARNING|NOTICE|DETAIL|STATEMENT|HINT): {2}/;

/** The prefix under which most lines are records; undefined where none of the usual ones is. */
export function linePrefixOf(head: string): string | undefined {
  const lines = head
    .split(/\r?\n/)
    .slice(0, -1)
    .filter((line) => logged.test(line));
  const counts = prefixes.map((prefix) => {
    const pattern = prefixPattern(prefix);
    return { prefix, fits: lines.filter((line) => pattern.test(line)).length };
  });
  const most = Math.max(...counts.map(({ fits }) => fits));
  return most === 0 ? undefined : counts.find(({ fits }) => fits === most)?.prefix;
}
