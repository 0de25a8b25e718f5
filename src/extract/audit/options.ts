/** The options of an `audit` source. */
import { z } from "zod";
import { options as csvOptions } from "../csv/options.ts";
import { fileOptions } from "../records/file-options.ts";

const columnName = z.string().min(1);
const { path: _, members: __, dateFormat, header: ___, fields: ____, ...csvShape } = csvOptions.shape;

/** What recipes may say of every audit. */
const auditOptions = {
  tableName: columnName
    .optional()
    .describe(
      "The column that says which table was changed; with its schema or not. Default: all rows are of one table.",
    ),
  key: z
    .union([columnName, z.array(columnName).min(1)])
    .optional()
    .describe(
      "The column that holds the key of the row that was changed, or one column a part of it, in the order of the target's key.",
    ),
  keySeparator: z.string().min(1).optional().describe("What stands between the parts of a key in its one column."),
  column: columnName
    .optional()
    .describe(
      "The column that says which column was changed. Without it each row is a copy of the row that was changed.",
    ),
  old: columnName.optional().describe("The column with the value before the change."),
  new: columnName.optional().describe("The column with the value after the change."),
  operation: columnName
    .optional()
    .describe("The column that says what was done. Default: every row tells of an update."),
  operations: z
    .record(z.string(), z.enum(["insert", "update", "delete", "before", "skip"]))
    .optional()
    .describe(
      "What its words mean, beside I, U, D, INSERT, UPDATE, DELETE and their like. before: the row held this until then; skip: nothing was changed.",
    ),
  at: columnName.optional().describe("The column that says when; on the source's clock. Default: nothing says it."),
  nulls: z.array(z.string()).default([]).describe('Texts that mean NULL among the values, such as "NULL" or "<null>".'),
  dateFormat,
};

/** The options of an audit anywhere: what stands in `place`, and how its rows are to be read. */
export function auditOptionsIn<Place extends z.ZodRawShape>(place: Place) {
  return z
    .strictObject({ ...place, ...auditOptions })
    .refine(isOneForm, {
      path: ["key"],
      error: "`column` and `key` go together: without both, each row is a copy of the row that was changed",
    })
    .refine(namesWhatItNeeds, {
      path: ["column"],
      error: "`column` goes with `old`, `new` or both; a copied row has none of them, and no `tableName`",
    })
    .refine(separatesOneColumn, {
      path: ["key"],
      error: "a separator is for a key in one column: `key` names several",
    });
}

type Given = Partial<Record<keyof typeof auditOptions, unknown>>;

function isOneForm({ column, key }: Given): boolean {
  return (column === undefined) === (key === undefined);
}

function namesWhatItNeeds({ column, old, new: after, tableName, keySeparator }: Given): boolean {
  const others = [old, after, tableName, keySeparator];
  return column === undefined ? others.every((name) => name === undefined) : old !== undefined || after !== undefined;
}

function separatesOneColumn({ key, keySeparator }: Given): boolean {
  return keySeparator === undefined || typeof key === "string";
}

export const options = auditOptionsIn({
  ...fileOptions,
  table: columnName
    .optional()
    .describe("SQLite: the table that is the audit. Default, where rows are copied: the `from` of each target table."),
  csv: z
    .strictObject(csvShape)
    .partial()
    .optional()
    .describe("How CSV files are written: the options of the csv extractor, such as delimiter, encoding and null."),
});

export type AuditOptions = z.infer<typeof options>;
/** What does not depend on where the audit is. */
export type AuditSettings = Pick<AuditOptions, keyof typeof auditOptions>;
