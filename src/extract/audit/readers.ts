/** The two forms of audits: a row for each changed cell, and a copy of each changed row. */
import { UserError } from "../../errors.ts";
import { unrouted } from "../events/outcome.ts";
import type { TableRoutes } from "../events/routes.ts";
import type { TableMapping } from "../extractor.ts";
import { cellChangeReader } from "./cell-changes.ts";
import type { AuditSettings } from "./options.ts";
import type { AuditForm, AuditReader } from "./reader.ts";
import { rowCopyReader } from "./row-copies.ts";

/** `mapping`: the table whose rows are copied, or that all cells are of; undefined: none of the target's, or each row says it. */
export function auditReader(form: AuditForm, routes: TableRoutes, mapping: TableMapping | undefined): AuditReader {
  if (form.settings.column !== undefined) return cellChangeReader(form, routes, mapping);
  return mapping === undefined ? () => [unrouted] : rowCopyReader(form, mapping);
}

/** An audit that names no table tells of the one that the recipe names. Throws UserError where it names several. */
export function onlyTable(
  { tableName }: AuditSettings,
  [mapping, another]: readonly TableMapping[],
): TableMapping | undefined {
  if (tableName !== undefined || another === undefined) return mapping;
  throw new UserError({
    what: "the audit could tell of several tables",
    remedy: "Name the column that says which with `tableName`, or name the one table under the source's `tables`",
  });
}
