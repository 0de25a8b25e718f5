/** The columns that the recipe names, held against those that are there. */
import { type Place, UserError } from "../../errors.ts";
import { nearest } from "../../recipe/suggest.ts";
import { sameName } from "../../schema/model.ts";
import type { AuditSettings } from "./options.ts";
import type { AuditColumns } from "./reader.ts";

const single = ["tableName", "column", "old", "new", "operation", "at"] as const;

/** Throws UserError for a column that is not there. */
export function columnsOf(settings: AuditSettings, fields: readonly string[], where: Place): AuditColumns {
  const found = single.flatMap((option) => {
    const name = settings[option];
    return name === undefined ? [] : [[option, fieldOf(name, option, fields, where)] as const];
  });
  const key = [settings.key ?? []].flat().map((name) => fieldOf(name, "key", fields, where));
  return { ...Object.fromEntries(found), key };
}

function fieldOf(name: string, option: string, fields: readonly string[], where: Place): string {
  const found = fields.find((field) => sameName(field.trim(), name));
  if (found !== undefined) return found.trim();
  const near = nearest(name, [...fields]);
  throw new UserError({
    what: `the audit has no column "${name}", which \`${option}\` names`,
    remedy: `${near === undefined ? "" : `Did you mean "${near}"? `}Its columns are ${fields.join(", ")}`,
    where,
  });
}
