/** What the driver and the server say, in words of ours: what another try may mend, and what people have to. */
import { UserError } from "../../errors.ts";
import { Interrupted } from "../server/kind.ts";

export interface Circumstance {
  /** `db.example:1433, database Shop, user reader`. */
  readonly server: string;
  readonly table?: string;
  /** It was reached before: where nothing listens any more it may be starting again. */
  readonly wasReached?: boolean;
  /** The part of the statement that the recipe wrote. */
  readonly fragment?: "query" | "where";
}

/** Thrown on a connection whose server answers that it has no TLS. */
export class WithoutTls extends Error {
  override readonly name = "WithoutTls";
}

interface DriverError {
  readonly code?: string;
  readonly number?: number;
  readonly message: string;
  readonly originalError?: DriverError;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/** A killed session, a shutdown, deadlock, lock timeout, and what Azure SQL says while it moves a database. */
const passing = new Set([
  596, 6005, 1204, 1205, 1222, 3960, 10_928, 10_929, 40_197, 40_501, 40_613, 41_301, 49_918, 49_919, 49_920,
]);
/** `EINVALIDSTATE`: it broke while nothing was asked. */
const broken = new Set([
  "EINVALIDSTATE",
  "ECONNCLOSED",
  "ECONNRESET",
  "ENOCONN",
  "ENOTOPEN",
  "EPIPE",
  "ETIMEOUT",
  "ESOCKET",
  "EABORT",
]);

const advice: Readonly<Record<number, readonly [what: string, remedy: string]>> = {
  18_456: ["the server refuses the login", "Correct `user` and `password`"],
  18_452: ["the server refuses the login's domain", "Correct `user`, `password` and `domain`"],
  4060: [
    "the login may not open the database, or there is none of this name",
    "Correct `database`, or grant the login access",
  ],
  208: ["the table is not there any more", "Correct `from`, or leave the table out"],
  229: ["the login may not read it", "Grant the login SELECT on it, or leave it out"],
  230: ["the login may not read one of its columns", "Grant the login SELECT on them, or leave the table out"],
};

/** UserError where asking again is no use, else Interrupted. `error` comes back where it is one already. */
export function failure(error: unknown, circumstance: Circumstance): Error {
  if (error instanceof UserError || error instanceof Interrupted) return error;
  const chain = causesOf(error);
  const told = chain.find((each) => each instanceof UserError);
  if (told !== undefined) return told;
  const number = chain.find((each) => typeof each.number === "number")?.number;
  const said = (chain.at(-1)?.message ?? String(error)).replace(/\.+$/, "");
  const where = circumstance.table === undefined ? {} : { where: { table: circumstance.table } };
  const server = `SQL Server at ${circumstance.server}`;
  const user = (what: string, remedy: string): UserError =>
    new UserError({ what: `${server}: ${what}`, remedy, ...where, cause: error });
  if (number !== undefined && passing.has(number)) return new Interrupted(`${server}: ${said}`, { cause: error });
  const known = advice[number ?? numberOfLogin(said)];
  if (known !== undefined) return user(`${known[0]} (${said})`, known[1]);
  const tls = tlsFault(chain);
  if (tls !== undefined) return user(...tls);
  const codes = chain.flatMap(({ code }) => code ?? []);
  if (codes.includes("ENOTFOUND") || codes.includes("EAI_AGAIN"))
    return user("there is no host of this name", "Correct `host`");
  if (codes.includes("ECONNREFUSED") && circumstance.wasReached === true)
    return new Interrupted(`${server}: nothing listens there any more`, { cause: error });
  if (codes.includes("ECONNREFUSED"))
    return user("nothing listens there", "Correct `host` and `port`, or start the server");
  if (codes.includes("ELOGIN") || codes.includes("EINSTLOOKUP")) return user(said, "Correct the connection's options");
  if (number === undefined && codes.some((code) => broken.has(code)))
    return new Interrupted(`${server}: ${said}`, { cause: error });
  const part = circumstance.fragment === undefined ? "" : `, and \`${circumstance.fragment}\` of the recipe`;
  return user(said, `Look at what the server says${part}`);
}

/** The driver keeps the number of a refused login to itself. */
function numberOfLogin(said: string): number {
  if (said.startsWith("Login failed")) return 18_456;
  return said.startsWith("Cannot open database") ? 4060 : 0;
}

function causesOf(error: unknown): DriverError[] {
  const chain: DriverError[] = [];
  let next: unknown = error;
  while (typeof next === "object" && next !== null && !chain.includes(next as DriverError)) {
    const each = next as DriverError;
    chain.push(each);
    next = each.originalError ?? each.cause ?? each.errors?.[0];
  }
  return chain;
}

function tlsFault(chain: readonly DriverError[]): [what: string, remedy: string] | undefined {
  if (chain.some((error) => error instanceof WithoutTls))
    return [
      "it has no TLS, so nothing was sent, not even the login",
      "Switch TLS on at the server, or say `ssl: disable` where the network is trusted",
    ];
  const said = chain.map(({ message }) => message).join(" ");
  if (/self[- ]signed|unable to (?:get|verify)|certificate|altname/i.test(said))
    return [
      "its certificate is not one to trust",
      "Give Node the authority's certificate (NODE_EXTRA_CA_CERTS), or say `trustServerCertificate: true`",
    ];
  if (/requires encryption/i.test(said)) return ["it wants TLS", "Leave `ssl: disable` out"];
  return /SSL routines|TLS|unsupported protocol/i.test(said)
    ? [
        "it and this Node agree on no version of TLS",
        "Update the server, or say `ssl: disable` where the network is trusted",
      ]
    : undefined;
}
