/** How the beginning of a file shows that it is a program's log, and how its lines begin. */

/** A time at the beginning of a line, as programs write one. */
export interface LineTime {
  /** Its first group is the time. */
  readonly pattern: RegExp;
  /** The same as a part of a pattern in a recipe. */
  readonly grok: string;
  readonly timeFormat: string;
}

const lineTimes: readonly LineTime[] = [
  {
    pattern: /^\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d)\b)?)/,
    grok: "%{TIMESTAMP_ISO8601:time}",
    timeFormat: "iso",
  },
  {
    pattern: /^([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)/,
    grok: "%{SYSLOGTIMESTAMP:time}",
    timeFormat: "syslog",
  },
  {
    pattern: /^\[([A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d(?:\.\d+)? \d{4})\]/,
    grok: "%{HTTPDERROR_DATE:time}",
    timeFormat: "apacheError",
  },
];

const level = /\b(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|trce|dbug|info|warn|fail|crit)\b/;
const logName = /(?:\.log|\.err|\.out|(?:^|\/)(?:syslog|messages|auth))(?:[.-][\w.-]+)?$/i;

/** How most of its lines begin; undefined where they do not begin with a time. */
export function lineTimeOf(head: string): LineTime | undefined {
  const lines = head.split(/\r?\n/, 200).filter((line) => line !== "");
  const counts = lineTimes.map((form) => lines.filter((line) => form.pattern.test(line)).length);
  const most = Math.max(...counts);
  return most === 0 || most * 10 < lines.length ? undefined : lineTimes[counts.indexOf(most)];
}

/** By its name, or by lines that begin with a time and have a level behind it; a delimited export has none. */
export function isTextLog(head: string, name: string): boolean {
  if (logName.test(name)) return true;
  const form = lineTimeOf(head);
  if (form === undefined) return false;
  const lines = head.split(/\r?\n/, 50).filter((line) => form.pattern.test(line));
  return lines.filter((line) => level.test(line.slice(0, 120))).length * 2 > lines.length;
}
