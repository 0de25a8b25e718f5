/** An audit with a copy of each row that was changed (`Customers_Audit`): its columns, what was done, and when. */
import type { TableMapping } from "../extractor.ts";
import { type AuditForm, type AuditReader, changeOf, isOutcomes, occasionOf, valueOf } from "./reader.ts";

export function rowCopyReader(form: AuditForm, mapping: TableMapping): AuditReader {
  const own = new Set([form.columns.operation, form.columns.at]);
  return (row) => {
    const occasion = occasionOf(row, form);
    if (isOutcomes(occasion)) return occasion;
    const copy = new Map(
      [...row].filter(([name]) => !own.has(name)).map(([name, value]) => [name, valueOf(value, form)]),
    );
    const isDelete = occasion.deed === "delete";
    return changeOf(mapping, occasion, { before: isDelete ? copy : undefined, after: copy });
  };
}
