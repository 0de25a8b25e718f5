/** What the server or the way to it said, as an interruption that may pass, or as something a person can put right. */
import { UserError } from "../../errors.ts";
import { cellTooLarge } from "../server/guarded-socket.ts";
import { Interrupted } from "../server/kind.ts";

/** What was being done when something failed. */
export interface Circumstance {
  /** `db.example:3306, database shop, user salvage`. */
  readonly server: string;
  /** The server never answered so far: it may not be there at all. */
  readonly isFirst?: boolean;
  readonly table?: string;
  /** `query`, or `where`: SQL of the recipe, which may be what the server does not understand. */
  readonly fragment?: string;
}

interface DriverError extends Error {
  readonly code?: string;
  readonly errno?: number;
  readonly sqlMessage?: string;
}

/**
 * Errors that another try may not meet: too many connections, shutdown, a broken packet, lock timeout, deadlock, a query or connection that was killed,
 * a changed table, a time limit (https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html, https://mariadb.com/kb/en/mariadb-error-code-reference/).
 */
const passing = new Set([
  1040, 1053, 1077, 1079, 1135, 1152, 1153, 1154, 1155, 1156, 1157, 1158, 1159, 1160, 1161, 1184, 1203, 1205, 1206,
  1213, 1226, 1317, 1412, 1614, 1927, 1969, 3024, 3058, 3572, 4031, 4166,
]);
const networkTrouble = new Set([
  "PROTOCOL_CONNECTION_LOST",
  "PROTOCOL_SEQUENCE_TIMEOUT",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ECONNABORTED",
  "EAI_AGAIN",
  "ENETDOWN",
  "ENETRESET",
]);
const notThere = new Set(["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL"]);
/** The driver's own words for a connection that is gone. */
const goneByDriver = /closed state|connection (?:is )?closed|Connection lost/i;

/** The error to throw: {@link Interrupted}, UserError, or what is neither and a bug, as it came. */
export function failure(error: unknown, circumstance: Circumstance): unknown {
  if (error instanceof UserError || error instanceof Interrupted || !(error instanceof Error)) return error;
  const { code = "", errno = 0, message } = error as DriverError;
  if (passing.has(errno)) return interruption(error, circumstance);
  if (notThere.has(code) && circumstance.isFirst === true) return unreachable(code, error, circumstance);
  if (code === "ETIMEDOUT" && circumstance.isFirst === true)
    return unreachable("no answer in time", error, circumstance);
  if (networkTrouble.has(code) || notThere.has(code) || goneByDriver.test(message))
    return interruption(error, circumstance);
  return cellTooLarge(error, circumstance.table) ?? refusal(error, circumstance);
}

function interruption(error: DriverError, { server }: Circumstance): Interrupted {
  const said = error.message === "" ? error.code : error.message;
  return new Interrupted(`MySQL at ${server}: ${said}`, { cause: error });
}

function unreachable(code: string, cause: Error, { server }: Circumstance): UserError {
  const isUnknown = code === "ENOTFOUND";
  return new UserError({
    what: `the MySQL server at ${server} cannot be reached: ${isUnknown ? "its host is unknown" : `nothing answers there (${code})`}`,
    remedy: isUnknown
      ? "Correct the host, or check the name service of this machine"
      : "Correct host and port, check that a MySQL or MariaDB runs there, and that no firewall stands between",
    cause,
  });
}

type Explain = (said: string, circumstance: Circumstance) => { readonly what: string; readonly remedy: string };

const remedies: readonly (readonly [codes: readonly (string | number)[], explain: Explain])[] = [
  [
    ["HANDSHAKE_NO_SSL_SUPPORT"],
    () => ({
      what: "offers no TLS",
      remedy:
        "Switch TLS on at the server, or write `ssl: disable` where passwords and data may cross the network unencrypted",
    }),
  ],
  [
    ["HANDSHAKE_SSL_ERROR"],
    (said) => ({
      what: `shows a certificate that is not trusted, or speaks no TLS that this program does (${said})`,
      remedy:
        "Name the server as its certificate does and set NODE_EXTRA_CA_CERTS to the file of the authority that signed it, or write `trustServerCertificate: true`",
    }),
  ],
  [
    [1045, 1698],
    (said) => ({ what: `refuses the user or the password: ${said}`, remedy: "Correct `user` and `password`" }),
  ],
  [[1049], () => ({ what: "has no such database", remedy: "Correct `database`" })],
  [
    [1044],
    (said) => ({
      what: `does not let the user into the database: ${said}`,
      remedy: "Grant the user SELECT on it, or correct `database`",
    }),
  ],
  [
    [1129, 1130],
    (said) => ({ what: `does not let this machine in: ${said}`, remedy: "Grant the user access from this machine" }),
  ],
  [[3159], () => ({ what: "lets nobody in without TLS", remedy: "Leave `ssl` at its default, `require`" })],
  [[1146], (said) => ({ what: `says: ${said}`, remedy: "The table is not there or no longer: correct its name" })],
  [[1142, 1143, 1370], (said) => ({ what: `says: ${said}`, remedy: "Grant the user SELECT on it, or leave it out" })],
];

function otherwise(said: string, { fragment }: Circumstance): ReturnType<Explain> {
  if (fragment === undefined) return { what: `says: ${said}`, remedy: "Ask whoever runs the server" };
  return {
    what: `refuses the \`${fragment}\`: ${said}`,
    remedy: `Correct \`${fragment}\`: the server must take it in a SELECT`,
  };
}

/** Before the server has let us in, what the driver cannot read is what another kind of server says. */
function stranger(error: Error, { server }: Circumstance): UserError {
  return new UserError({
    what: `what answers at ${server} is no MySQL (${error.message})`,
    remedy: "Correct host and port, or take the extractor of the server that is there",
    cause: error,
  });
}

/** An error without a code is none of the server's or the driver's, and stays what it is. */
function refusal(error: DriverError, circumstance: Circumstance): Error {
  const { code = "", errno = 0, sqlMessage = error.message } = error;
  if (code === "" && errno === 0) return circumstance.isFirst === true ? stranger(error, circumstance) : error;
  const explain = remedies.find(([codes]) => codes.includes(errno) || codes.includes(code))?.[1] ?? otherwise;
  const { what, remedy } = explain(sqlMessage, circumstance);
  return new UserError({
    what: `MySQL at ${circumstance.server} ${what}`,
    remedy,
    ...(circumstance.table === undefined ? {} : { where: { table: circumstance.table } }),
    cause: error,
  });
}
