/** Where a SQL Server is: a URL, a connection string, or fields; by its port, or by an instance's name. */
import { UserError } from "../../errors.ts";
import { decoded, formatAddress, locateAddress, readAddress, saidTwice } from "../server/address.ts";
import type { Address } from "../server/address.ts";
import { readConnectionString } from "./connection-string.ts";
import type { StringFields } from "./connection-string.ts";
import type { MssqlOptions } from "./options.ts";

const form = { schemes: ["mssql", "sqlserver"], port: 1433 };

export interface MssqlAddress extends Address {
  /** Of which the server's browser tells the port, so that `port` says nothing; undefined where the port is known. */
  readonly instance: string | undefined;
  /** Of an NTLM login. */
  readonly domain: string | undefined;
}

/** Throws UserError for what cannot be read, is missing or said twice. An Entra login need not say a user, except with a password. */
export function addressOf(given: MssqlOptions): MssqlAddress {
  const options = withString(withInstance(given));
  if (options.domain !== undefined && options.authentication !== undefined) throw twoLogins();
  const needsUser = options.authentication?.type.endsWith("-password") ?? true;
  const address = readAddress(needsUser ? options : { user: "Entra", ...options }, form);
  const hasPort = options.port !== undefined || (urlOf(options)?.port ?? "") !== "";
  return { ...address, instance: hasPort ? undefined : options.instance, domain: options.domain };
}

/** What tells one database from another: `db.example:1433/Shop`, `db.example\SALES/Shop`. */
export function locate(options: MssqlOptions): string {
  const address = addressOf(options);
  const { host, instance, database } = address;
  return instance === undefined ? locateAddress(address) : `${host}\\${instance.toUpperCase()}/${database}`;
}

/** For people: `db.example\SALES, database Shop, user reader`. */
export function describeAddress(address: MssqlAddress): string {
  const { host, instance, database, user } = address;
  return instance === undefined ? formatAddress(address) : `${host}\\${instance}, database ${database}, user ${user}`;
}

/** `mssql://user:password@host/INSTANCE/database`. */
function withInstance(options: MssqlOptions): MssqlOptions {
  const url = urlOf(options);
  const [, instance = "", database = "", ...rest] = url?.pathname.split("/") ?? [];
  if (url === undefined || instance === "" || database === "" || rest.length > 0) return options;
  if (options.instance !== undefined) throw saidTwice(["instance"]);
  url.pathname = `/${database}`;
  return { ...options, connection: url.href, instance: decoded(instance, form) };
}

function urlOf({ connection = "" }: MssqlOptions): URL | undefined {
  return URL.canParse(connection) ? new URL(connection) : undefined;
}

function isString(connection: string): boolean {
  return connection.includes("=") && !/^[a-z][a-z\d+.-]*:\/\//i.test(connection);
}

/** The string's fields in the place of the string. */
function withString({ connection, ...options }: MssqlOptions): MssqlOptions {
  if (connection === undefined || !isString(connection))
    return connection === undefined ? options : { ...options, connection };
  const { encrypt, ...fields } = readConnectionString(connection);
  const twice = (["host", "instance", "port", "database", "domain", "user", "password"] as const).filter(
    (name) => fields[name] !== undefined && options[name] !== undefined,
  );
  if (twice.length > 0) throw saidTwice(twice);
  refuseContradiction({ ...fields, ...(encrypt === undefined ? {} : { encrypt }) }, options);
  return { ...options, ...fields, ...(encrypt === false ? { ssl: "disable" } : {}) };
}

function refuseContradiction(fields: StringFields, options: MssqlOptions): void {
  if (fields.encrypt === true && options.ssl === "disable")
    throw contradiction("Encrypt", "ssl: disable", "Leave one of the two out");
  if (fields.trustServerCertificate === false && options.trustServerCertificate)
    throw contradiction("TrustServerCertificate", "trustServerCertificate: true", "Leave one of the two out");
}

function contradiction(keyword: string, option: string, remedy: string): UserError {
  return new UserError({ what: `${keyword} in \`connection\` contradicts \`${option}\``, remedy });
}

function twoLogins(): UserError {
  return new UserError({
    what: "the login cannot be one of a Windows domain and one of Entra ID",
    remedy: "Leave `domain` or `authentication` out",
  });
}
