/** One row of an audit, as what it says of a row of a target table. */
import type { Conventions, RawValue } from "../../values/codec.ts";
import type { Fields, RowChange } from "../events/changes.ts";
import { keyOf } from "../events/images.ts";
import { momentOf } from "../events/moment.ts";
import { faulty, type Outcome, skipped } from "../events/outcome.ts";
import type { TableMapping } from "../extractor.ts";
import type { AuditSettings } from "./options.ts";
import { deedOf } from "./words.ts";

/** The names of the audit's columns, as its file spells them. */
export type AuditColumns = Readonly<
  Partial<Record<"tableName" | "column" | "old" | "new" | "operation" | "at", string>>
> & {
  readonly key: readonly string[];
};

export interface AuditForm {
  readonly settings: AuditSettings;
  readonly columns: AuditColumns;
  readonly conventions: Conventions;
  readonly zone: string;
}

export type AuditReader = (row: Fields) => readonly Outcome[];

/** What every row says, of whichever form: when, and what was done. */
export interface Occasion {
  readonly deed: "insert" | "update" | "delete" | "before";
  readonly at: string | undefined;
}

/** The occasion of a row, or what becomes of a row that has none. */
export function occasionOf(
  row: Fields,
  { settings, columns, conventions, zone }: AuditForm,
): Occasion | readonly Outcome[] {
  const word = cellOf(row, columns.operation);
  const deed = deedOf(word, settings);
  if (deed === undefined)
    return faulty(
      `what was done is ${JSON.stringify(String(word ?? ""))}, and \`operations\` does not say what that means`,
    );
  if (deed === "skip") return skipped("nothing was changed, by the recipe's `operations`");
  const time = cellOf(row, columns.at) ?? undefined;
  const at = time === undefined ? undefined : momentOf(time, conventions, zone);
  if (time !== undefined && at === undefined)
    return faulty(`its time is ${JSON.stringify(String(time))}, which is no date with a time, or could be several`);
  return { deed, at };
}

export function isOutcomes(found: Occasion | readonly Outcome[]): found is readonly Outcome[] {
  return Array.isArray(found);
}

export function cellOf(row: Fields, name: string | undefined): RawValue | null | undefined {
  return name === undefined ? undefined : row.get(name);
}

/** Without the spellings of NULL. */
export function valueOf(value: RawValue | null, { settings }: AuditForm): RawValue | null {
  return typeof value === "string" && settings.nulls.includes(value) ? null : value;
}

export interface Images {
  /** What the row held then. */
  readonly after: Fields;
  /** What it held until then. */
  readonly before?: Fields | undefined;
  readonly touched?: RowChange["touched"];
}

export function changeOf(
  mapping: TableMapping,
  { deed, at }: Occasion,
  { before, after, touched }: Images,
): readonly Outcome[] {
  const change = { mapping, at, values: after } as const;
  if (deed === "delete")
    return [
      { kind: "change", change: { ...change, operation: "delete", values: keyOf(mapping, before ?? after), before } },
    ];
  if (deed === "update") return [{ kind: "change", change: { ...change, operation: "update", before, touched } }];
  return [{ kind: "change", change: { ...change, operation: deed === "before" ? "update" : "insert" } }];
}
