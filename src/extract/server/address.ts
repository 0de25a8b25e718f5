/** Where a server is and who asks: one URL, or fields. */
import { z } from "zod";
import { UserError } from "../../errors.ts";
import { nearest } from "../../recipe/suggest.ts";

/** To be spread into a kind's options. */
export const addressOptions = {
  connection: z
    .string()
    .min(1)
    .optional()
    .describe(
      "The server as a URL, `scheme://user:password@host:port/database`; best from the environment (`${env:REPORTING_URL}`). The five fields below say what it leaves out.",
    ),
  host: z.string().min(1).optional().describe("The server's name or address."),
  port: z.int().min(1).max(65_535).optional().describe("The server's port; default the usual one of its kind."),
  database: z.string().min(1).optional().describe("The database to read."),
  user: z.string().min(1).optional().describe("The login, which needs no more than SELECT."),
  password: z
    .string()
    .optional()
    .describe("The login's password; best from the environment (`${env:REPORTING_PASSWORD}`)."),
  ssl: z
    .enum(["require", "disable"])
    .default("require")
    .describe(
      "`require` (default): nothing is sent before TLS is up; `disable`: everything goes unencrypted, the data too.",
    ),
  trustServerCertificate: z
    .boolean()
    .default(false)
    .describe("With TLS, take any certificate, also one that nobody known has signed; default false."),
};

export type AddressOptions = z.infer<z.ZodObject<typeof addressOptions>>;

/** How a kind of server is called by URLs, and where it usually listens. */
export interface AddressForm {
  /** Of its URLs: `["postgres", "postgresql"]`. */
  readonly schemes: readonly string[];
  readonly port: number;
}

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly tls: { readonly verify: boolean } | undefined;
}

const fields = ["host", "port", "database", "user", "password"] as const;

type Fields = Partial<Record<(typeof fields)[number], string>>;

/** Throws UserError for a URL that cannot be read, fields that are missing, and both at once. */
export function readAddress(options: AddressOptions, form: AddressForm): Address {
  const given = options.connection === undefined ? fieldsOf(options) : fieldsOfUrl(options.connection, options, form);
  const missing = (["host", "database", "user"] as const).filter((field) => given[field] === undefined);
  if (missing.length > 0) throw incomplete(missing, options.connection !== undefined);
  return {
    host: given.host ?? "",
    port: Number(given.port ?? form.port),
    database: given.database ?? "",
    user: given.user ?? "",
    password: given.password,
    tls: options.ssl === "disable" ? undefined : { verify: !options.trustServerCertificate },
  };
}

/** What tells one database from another: `db.example:5432/shop`. */
export function locateAddress({ host, port, database }: Address): string {
  return `${host}:${port}/${database}`;
}

/** For people: `db.example:5432, database shop, user salvage`. */
export function formatAddress({ host, port, database, user }: Address): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}, database ${database}, user ${user}`;
}

function fieldsOf(options: AddressOptions): Fields {
  const given = fields.flatMap((field) => (options[field] === undefined ? [] : [[field, String(options[field])]]));
  return Object.fromEntries(given) as Fields;
}

function fieldsOfUrl(written: string, options: AddressOptions, form: AddressForm): Fields {
  const url = parseUrl(written, form);
  const [parameter] = url.searchParams.keys();
  if (parameter !== undefined) throw unknownParameter(parameter);
  const parts = {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port,
    database: url.pathname.slice(1),
    user: url.username,
    password: url.password,
  };
  const said = Object.entries(parts).filter(([, part]) => part !== "");
  const twice = fields.filter((field) => parts[field] !== "" && options[field] !== undefined);
  if (twice.length > 0) throw saidTwice(twice);
  return { ...fieldsOf(options), ...Object.fromEntries(said.map(([field, part]) => [field, decoded(part, form)])) };
}

/** Never shows the URL: it holds the password. */
function parseUrl(written: string, form: AddressForm): URL {
  if (!URL.canParse(written)) throw notAUrl(form);
  const url = new URL(written);
  if (!form.schemes.includes(url.protocol.slice(0, -1))) throw otherScheme(url.protocol.slice(0, -1), form);
  return url;
}

/** A part of a URL. Throws UserError where it is not encoded as URLs are. */
export function decoded(part: string, form: AddressForm): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw notAUrl(form);
  }
}

function exampleOf({ schemes, port }: AddressForm): string {
  return `${schemes[0]}://user:password@host:${port}/database`;
}

function notAUrl(form: AddressForm): UserError {
  return new UserError({
    what: "`connection` is not a URL",
    remedy: `Write it as ${exampleOf(form)}, with what is no letter or digit in its parts as %XX, or give the fields one by one`,
  });
}

function otherScheme(scheme: string, form: AddressForm): UserError {
  return new UserError({
    what: `\`connection\` begins with ${scheme}:, which is not one of this kind of server`,
    remedy: `Write it as ${exampleOf(form)}, or name the extractor that goes with it`,
  });
}

/** The same stands in `connection` and in fields. */
export function saidTwice(twice: readonly string[]): UserError {
  return new UserError({
    what: `both \`connection\` and ${twice.map((field) => `\`${field}\``).join(", ")} say the same of the server`,
    remedy: "Leave one of the two out",
  });
}

function unknownParameter(parameter: string): UserError {
  const options = Object.keys(addressOptions);
  const near = nearest(parameter, options) ?? (/ssl|tls/i.test(parameter) ? "ssl" : undefined);
  return new UserError({
    what: `\`connection\` holds the parameter ${parameter}, which is not read`,
    remedy: `Leave it out of the URL${near === undefined ? "" : `, and say it with the option \`${near}\``}`,
  });
}

function incomplete(missing: readonly string[], isUrl: boolean): UserError {
  return new UserError({
    what: `${isUrl ? "`connection` does" : "the source does"} not say the server's ${missing.join(", ")}`,
    remedy: isUrl ? "Complete the URL" : `Give ${missing.map((field) => `\`${field}\``).join(", ")}, or \`connection\``,
  });
}
