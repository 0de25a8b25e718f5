/** `log_line_prefix` of postgresql.conf as a pattern: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-LINE-PREFIX */
import { UserError } from "../../../../errors.ts";

/** What PostgreSQL sets where nobody says otherwise, since 10. */
export const defaultPrefix = "%m [%p] ";

const zone = String.raw`(?:[A-Za-z]+|[+-]\d\d(?::?\d\d)?)`;
const moment = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`;
const forms: Readonly<Record<string, string>> = {
  m: String.raw`(?<time>${moment}\.\d{3} ${zone})`,
  t: String.raw`(?<time>${moment} ${zone})`,
  n: String.raw`(?<time>\d{10,}\.\d{3})`,
  s: `${moment} ${zone}`,
  p: String.raw`(?<pid>\d+)`,
  c: String.raw`(?<session>[0-9a-f]+\.[0-9a-f]+)`,
  l: String.raw`\d+`,
  P: String.raw`\d*`,
  v: String.raw`[\d/]*`,
  x: String.raw`\d+`,
  Q: String.raw`-?\d+`,
  e: String.raw`\w{5}`,
  "%": "%",
};

const escape = /%(-?\d*)([a-zA-Z%])|[^%]+|%/g;

/** Groups: `time`, `pid`, `session`, `severity`, `text`. Throws UserError for a prefix that tells neither sessions nor times. */
export function prefixPattern(prefix: string): RegExp {
  let pattern = "";
  let isOptional = false;
  const seen = new Set<string>();
  for (const [literal, width, code] of prefix.matchAll(escape)) {
    if (code === undefined) pattern += escaped(literal);
    else if (code === "q") {
      pattern += "(?:";
      isOptional = true;
    } else {
      const form = seen.has(code) ? (forms[code] ?? ".*?").replace(/\?<\w+>/, "?:") : (forms[code] ?? ".*?");
      pattern += width === "" ? form : ` *${form} *`;
      seen.add(code);
    }
  }
  if (!seen.has("p") && !seen.has("c")) throw noSession(prefix);
  return new RegExp(`^${pattern}${isOptional ? ")?" : ""}(?<severity>[A-Z]+[1-5]?):  (?<text>.*)$`, "s");
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}

function noSession(prefix: string): UserError {
  return new UserError({
    what: `the prefix \`${prefix}\` has neither %p nor %c, so that nobody can tell which statements were rolled back`,
    remedy:
      "Declare `linePrefix` as `log_line_prefix` stands in the server's postgresql.conf; logs without %p and %c are not read",
  });
}
