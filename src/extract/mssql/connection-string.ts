/**
 * Connection strings as ADO.NET and ODBC have them: `Server=tcp:db.example,1433;Database=shop;User ID=reader;Password={p;w}`. The driver's own parser
 * is not used: it lets the last of two contradicting keywords win, and drops what it does not know.
 * Source: SqlConnection.ConnectionString and "DSN and Connection String Keywords and Attributes", Microsoft's documentation.
 */
import { UserError } from "../../errors.ts";
import { nearest } from "../../recipe/suggest.ts";

/** What a string says, named as the recipe's options are. */
export interface StringFields {
  readonly host?: string;
  readonly instance?: string;
  readonly port?: number;
  readonly database?: string;
  readonly domain?: string;
  readonly user?: string;
  readonly password?: string;
  readonly encrypt?: boolean;
  readonly trustServerCertificate?: boolean;
}

type Meaning =
  | "server"
  | "database"
  | "user"
  | "password"
  | "encrypt"
  | "trust"
  | "intent"
  | "integrated"
  | "authentication"
  | "none";

/** Without blanks, in lower case. `none`: it has no bearing on what is read. */
const keywords: Readonly<Record<Meaning, readonly string[]>> = {
  server: ["server", "datasource", "addr", "address", "networkaddress"],
  database: ["database", "initialcatalog"],
  user: ["userid", "uid", "user"],
  password: ["password", "pwd"],
  encrypt: ["encrypt"],
  trust: ["trustservercertificate"],
  intent: ["applicationintent"],
  integrated: ["integratedsecurity", "trustedconnection"],
  authentication: ["authentication"],
  none: (
    "applicationname app workstationid wsid currentlanguage language driver provider connectiontimeout connecttimeout timeout commandtimeout connectretrycount connectretryinterval " +
    "pooling maxpoolsize minpoolsize connectionlifetime loadbalancetimeout poolblockingperiod multipleactiveresultsets marsconnection multisubnetfailover transparentnetworkipresolution packetsize persistsecurityinfo enlist asynchronousprocessing typesystemversion"
  ).split(" "),
};

const meanings = new Map(
  Object.entries(keywords).flatMap(([meaning, names]) => names.map((name) => [name, meaning as Meaning] as const)),
);

interface Said {
  readonly keyword: string;
  readonly value: string;
}

/** Throws UserError for what cannot be read, is not known or contradicts itself; it names the keyword, never a password. */
export function readConnectionString(text: string): StringFields {
  const said = new Map<Meaning, Said>();
  let last: Meaning | undefined;
  for (const each of pairsOf(text)) {
    const meaning = meaningOf(each.keyword, last);
    last = meaning;
    const earlier = said.get(meaning);
    if (meaning !== "none" && earlier !== undefined && earlier.value !== each.value) throw twoValues(earlier, each);
    said.set(meaning, each);
  }
  refuseOthers(said);
  const encrypt = said.get("encrypt");
  const trust = said.get("trust");
  return {
    ...readServer(said.get("server")),
    ...readUser(said.get("user")),
    ...optional("database", said.get("database")?.value),
    ...optional("password", said.get("password")?.value),
    ...optional("encrypt", encrypt === undefined ? undefined : readSwitch(encrypt)),
    ...optional("trustServerCertificate", trust === undefined ? undefined : readSwitch(trust)),
  };
}

function optional<Name extends keyof StringFields>(name: Name, value: StringFields[Name] | ""): StringFields {
  return value === undefined || value === "" ? {} : { [name]: value };
}

const keywordPart = /[;\s]*([^=;]*)=/y;
/** Quoted by `"`, `'` or braces, in which the closing one is doubled; or as it stands, up to the next semicolon. */
const valuePart = /\s*(?:"((?:[^"]|"")*)"|'((?:[^']|'')*)'|\{((?:[^}]|\}\})*)\}|(?!["'{])([^;]*))[^\S;]*(?:;|$)/y;

function* pairsOf(text: string): Generator<Said> {
  for (let at = 0; /[^;\s]/.test(text.slice(at)); at = valuePart.lastIndex) {
    keywordPart.lastIndex = at;
    const keyword = keywordPart.exec(text)?.[1]?.trim();
    if (keyword === undefined || keyword === "") throw unreadable("it holds a part that is no `keyword=value`");
    valuePart.lastIndex = keywordPart.lastIndex;
    const [, double, single, braced, plain] = valuePart.exec(text) ?? unended(keyword);
    const value =
      double?.replaceAll('""', '"') ?? single?.replaceAll("''", "'") ?? braced?.replaceAll("}}", "}") ?? plain?.trim();
    yield { keyword, value: value ?? "" };
  }
}

function unended(keyword: string): never {
  throw unreadable(`the quotes or braces around the value of ${shown(keyword)} do not end where it ends`);
}

/** What stands before a `=` may be the rest of a password with a semicolon in it. */
function shown(keyword: string): string {
  return meanings.has(plainly(keyword)) ? keyword : "a keyword";
}

function plainly(keyword: string): string {
  return keyword.toLowerCase().replaceAll(/[\s_]/g, "");
}

/** What follows a password may be its own rest, behind a semicolon, and is not shown. */
function meaningOf(keyword: string, before: Meaning | undefined): Meaning {
  const meaning = meanings.get(plainly(keyword));
  if (meaning !== undefined) return meaning;
  if (before === "password") throw unreadable("what follows the password is no keyword");
  const near = nearest(plainly(keyword), [...meanings.keys()]);
  throw new UserError({
    what: `\`connection\` holds the keyword ${keyword}, which is not known`,
    remedy: near === undefined ? "Leave it out" : `Write ${near}, or leave it out`,
  });
}

function readSwitch({ keyword, value }: Said): boolean {
  if (/^(?:true|yes|1|mandatory)$/i.test(value)) return true;
  if (/^(?:false|no|0|optional)$/i.test(value)) return false;
  throw refused(keyword, "is neither True nor False", "Write True or False");
}

/** What this way of connecting cannot do, or must not. */
function refuseOthers(said: ReadonlyMap<Meaning, Said>): void {
  const intent = said.get("intent");
  if (intent !== undefined && !/^read\s?only$/i.test(intent.value))
    throw refused(intent.keyword, "is not ReadOnly, but sources are only read", "Leave it out");
  const integrated = said.get("integrated");
  if (integrated !== undefined && (/^sspi$/i.test(integrated.value) || readSwitch(integrated)))
    throw refused(
      integrated.keyword,
      "asks for the login of the Windows session, which is not to be had here",
      "Give User ID and Password, and the Windows domain as `domain`",
    );
  const authentication = said.get("authentication");
  if (authentication !== undefined && !/^(?:sql\s?password)?$/i.test(authentication.value))
    throw refused(
      authentication.keyword,
      "is not read from a connection string",
      "Leave it out, and give the source the option `authentication`",
    );
}

/** `tcp:host\INSTANCE,port`, each part but the host optional. */
function readServer(said: Said | undefined): StringFields {
  if (said === undefined || said.value === "") return {};
  const { keyword, value } = said;
  if (/^(?:np|lpc|admin):|^\\\\|^\(localdb\)/i.test(value))
    throw refused(keyword, "is not reached over TCP", "Write host, host\\INSTANCE or host,port");
  const [, host = "", instance, port] = /^(?:tcp:)?([^\\,]+)(?:\\([^\\,]+))?(?:,\s*(\d+))?$/i.exec(value) ?? [];
  const number = port === undefined ? undefined : Number(port);
  if (host.trim() === "" || (number !== undefined && (number < 1 || number > 65_535)))
    throw refused(keyword, "is not host, host\\INSTANCE or host,port", "Correct it");
  return {
    host: /^\(?(?:\.|local)\)?$/i.test(host.trim()) ? "localhost" : host.trim().replace(/^\[(.*)\]$/, "$1"),
    ...optional("instance", instance?.trim()),
    ...optional("port", number),
  };
}

/** `DOMAIN\user` is a login of Windows. */
function readUser(said: Said | undefined): StringFields {
  const [, domain, user = said?.value] = /^([^\\]+)\\([^\\]+)$/.exec(said?.value ?? "") ?? [];
  return { ...optional("domain", domain), ...optional("user", user) };
}

function twoValues(one: Said, other: Said): UserError {
  const same = one.keyword.toLowerCase() === other.keyword.toLowerCase();
  return new UserError({
    what: same
      ? `\`connection\` says ${one.keyword} twice, and not the same`
      : `\`connection\` says ${one.keyword} and ${other.keyword}, which mean the same, and not the same of it`,
    remedy: "Leave one of the two out",
  });
}

function refused(keyword: string, what: string, remedy: string): UserError {
  return new UserError({ what: `${keyword} in \`connection\` ${what}`, remedy });
}

function unreadable(why: string): UserError {
  return new UserError({
    what: `\`connection\` is not a connection string: ${why}`,
    remedy:
      "Write Server=…;Database=…;User ID=…;Password={…}, each part as keyword=value, and a value with a semicolon in braces",
  });
}
