/** Names of the schema, written so that neither the server nor a script tool can misread them (GOTCHAS 6, 8, 22). */
import { UserError } from "../../errors.ts";
import type { Table } from "../../schema/model.ts";
import { nationalLiteral } from "./strings.ts";

const longestName = 128;
/** Control characters, line separators and halves of pairs; `$(` is substituted by sqlcmd even inside brackets. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const hazard = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}|\$\(/u;

function refuse(name: string, why: string): never {
  throw new UserError({
    what: `the name ${JSON.stringify(name)} ${why}`,
    remedy: "Rename it in the target schema, rebuild under that name, and rename it back on the server",
  });
}

/** `[name]`, with `]` doubled. Throws UserError for a name that no script can carry safely. */
export function identifier(name: string): string {
  if (name.length === 0 || name.length > longestName)
    refuse(name, `has ${name.length} characters; SQL Server takes 1 to ${longestName}`);
  if (hazard.test(name)) refuse(name, "holds control characters or `$(`, which script tools act upon");
  return `[${name.replaceAll("]", "]]")}]`;
}

/** `[schema].[table]`. */
export function tableIdentifier(table: Table): string {
  return `${identifier(table.schema)}.${identifier(table.name)}`;
}

/** The server's number of an object, NULL where there is none; its name as {@link tableIdentifier} writes it. */
export function objectIdOf(name: string): string {
  return `OBJECT_ID(${nationalLiteral(name)})`;
}

export function objectId(table: Table): string {
  return objectIdOf(tableIdentifier(table));
}
