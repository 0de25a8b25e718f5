/** What the server or the way to it said, as an interruption that may pass, or as something a person can put right. */
import { DatabaseError } from "pg";
import { UserError } from "../../errors.ts";
import { cellTooLarge } from "../server/guarded-socket.ts";
import { Interrupted } from "../server/kind.ts";

/** What was being done when something failed. */
export interface Circumstance {
  /** `db.example:5432, database shop, user salvage`. */
  readonly server: string;
  /** The server never answered so far: it may not be there at all. */
  readonly isFirst?: boolean;
  readonly table?: string;
  /** `query`, or `where`: SQL of the recipe, which may be what the server does not understand. */
  readonly fragment?: string;
}

/** SQLSTATE classes and codes (https://www.postgresql.org/docs/current/errcodes-appendix.html) that another try may not meet. */
const passing = /^(?:08|40|53|55P03|57014|57P01|57P02|57P03|57P05|25P0[34]|72000)/;
const networkTrouble = new Set([
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
const goneByDriver = /terminated|timeout expired|not queryable|Client was closed|after calling end|socket/i;

/** The error to throw: {@link Interrupted}, UserError, or what is neither and a bug, as it came. */
export function failure(error: unknown, circumstance: Circumstance): unknown {
  if (error instanceof UserError || error instanceof Interrupted || !(error instanceof Error)) return error;
  if (error instanceof DatabaseError) return saidByServer(error, circumstance);
  const { code = "" } = error as NodeJS.ErrnoException;
  if (notThere.has(code) && circumstance.isFirst === true) return unreachable(code, error, circumstance);
  if (circumstance.isFirst === true && (code === "ETIMEDOUT" || /timeout expired/.test(error.message)))
    return unreachable("no answer in time", error, circumstance);
  if (networkTrouble.has(code) || notThere.has(code) || goneByDriver.test(error.message))
    return interruption(error, circumstance);
  return (
    cellTooLarge(error, circumstance.table) ??
    withoutConnection(error, code, circumstance) ??
    stranger(error, circumstance)
  );
}

function interruption(error: Error, { server }: Circumstance): Interrupted {
  const { code } = error as NodeJS.ErrnoException;
  const said = error.message === "" ? code : error.message;
  return new Interrupted(`PostgreSQL at ${server}: ${said}`, { cause: error });
}

function unreachable(code: string, cause: Error, { server }: Circumstance): UserError {
  const isUnknown = code === "ENOTFOUND";
  return new UserError({
    what: `the PostgreSQL server at ${server} cannot be reached: ${isUnknown ? "its host is unknown" : `nothing answers there (${code})`}`,
    remedy: isUnknown
      ? "Correct the host, or check the name service of this machine"
      : "Correct host and port, check that a PostgreSQL runs there, and that no firewall stands between",
    cause,
  });
}

/** Before the server has let us in, what the driver cannot read is what another kind of server says. */
function stranger(error: Error, { server, isFirst }: Circumstance): Error {
  if (isFirst !== true) return error;
  return new UserError({
    what: `what answers at ${server} is no PostgreSQL (${error.message})`,
    remedy: "Correct host and port, or take the extractor of the server that is there",
    cause: error,
  });
}

/** TLS, and a password that is wanted but not given: errors before the server knows who asks. */
function withoutConnection(error: Error, code: string, { server }: Circumstance): UserError | undefined {
  const at = `PostgreSQL at ${server}`;
  if (/does not support SSL/.test(error.message))
    return new UserError({
      what: `${at} offers no TLS`,
      remedy:
        "Switch TLS on at the server, or write `ssl: disable` where passwords and data may cross the network unencrypted",
      cause: error,
    });
  if (/client password must be/.test(error.message))
    return new UserError({
      what: `${at} wants a password`,
      remedy: "Give `password`, or put it into the URL",
      cause: error,
    });
  if (!/^(?:ERR_(?:TLS|SSL|OSSL)|CERT|DEPTH|SELF_SIGNED|UNABLE_TO|HOSTNAME)/.test(code)) return undefined;
  return new UserError({
    what: `${at} shows a certificate that is not trusted (${error.message})`,
    remedy:
      "Name the server as its certificate does and set NODE_EXTRA_CA_CERTS to the file of the authority that signed it, or write `trustServerCertificate: true`",
    cause: error,
  });
}

function saidByServer(error: DatabaseError, circumstance: Circumstance): Interrupted | UserError {
  const code = error.code ?? "";
  if (passing.test(code)) return interruption(error, circumstance);
  const { what, remedy } = (remedies.find(([codes]) => codes.test(code))?.[1] ?? otherwise)(error, circumstance);
  return new UserError({
    what: `PostgreSQL at ${circumstance.server} ${what}`,
    remedy,
    ...(circumstance.table === undefined ? {} : { where: { table: circumstance.table } }),
    cause: error,
  });
}

type Explain = (error: DatabaseError, circumstance: Circumstance) => { readonly what: string; readonly remedy: string };

function otherwise({ message, code }: DatabaseError): ReturnType<Explain> {
  return { what: `says: ${message} (${code})`, remedy: "Ask whoever runs the server" };
}

const remedies: readonly (readonly [codes: RegExp, explain: Explain])[] = [
  [/^28P01$/, () => ({ what: "refuses the user or the password", remedy: "Correct `user` and `password`" })],
  [/^28000$/, refusedUser],
  [/^3D000$/, () => ({ what: "has no such database", remedy: "Correct `database`" })],
  [
    /^42P01$/,
    ({ message }) => ({
      what: `says: ${message}`,
      remedy: "The table is not there or no longer: correct its name, with its schema",
    }),
  ],
  [
    /^42501$/,
    ({ message }) => ({
      what: `says: ${message}`,
      remedy: "Grant the user SELECT on it and USAGE on its schema, or leave the table out",
    }),
  ],
  [/^(?:42|22|21|25006|0A)/, faultyFragment],
];

function refusedUser({ message }: DatabaseError): ReturnType<Explain> {
  const wantsTls = /no encryption|SSL off/.test(message);
  return {
    what: `does not let the user in: ${message}`,
    remedy: wantsTls
      ? "Leave `ssl` at its default, `require`"
      : "Correct `user` and `database`, or have pg_hba.conf let this machine in",
  };
}

function faultyFragment(error: DatabaseError, { fragment }: Circumstance): ReturnType<Explain> {
  if (fragment === undefined) return otherwise(error);
  return {
    what: `refuses the \`${fragment}\`: ${error.message}`,
    remedy: `Correct \`${fragment}\`: the server must take it in a SELECT`,
  };
}
