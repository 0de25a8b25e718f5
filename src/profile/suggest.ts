/** The lines of a recipe that an export's profile calls for. */
import type { ColumnProfile, TableMatch } from "./model.ts";

/** Options of a source by their names in the recipe. */
export interface SuggestedOptions {
  readonly null?: readonly string[];
  /** bcp's: one NUL character. */
  readonly emptyString?: "\0";
  readonly dateFormat?: "dmy" | "mdy" | "ymd";
  readonly decimal?: ",";
}

export interface SuggestedTable {
  readonly columns?: Readonly<Record<string, string>>;
  readonly cutAt?: Readonly<Record<string, number>>;
}

const enoughColumns = 2;

/** `null` comes with the empty cell, which means NULL by default. */
export function suggestOptions(columns: readonly ColumnProfile[]): SuggestedOptions {
  const words = nullWordsOf(columns);
  const order = dateOrderOf(columns);
  const hasCommas = columns.some(
    ({ type, kinds }) => /^(?:decimal|float)/.test(type ?? "") && has(kinds, "decimal-comma"),
  );
  const isBcp = columns.some(({ signs }) => signs.some(({ first }) => first?.value === "\0"));
  return {
    ...(words.length === 0 ? {} : { null: ["", ...words] }),
    ...(isBcp ? { emptyString: "\0" as const } : {}),
    ...(order === undefined ? {} : { dateFormat: order }),
    ...(hasCommas ? { decimal: "," as const } : {}),
  };
}

export function suggestTable(match: TableMatch, columns: readonly ColumnProfile[]): SuggestedTable {
  const renamed = match.columns.filter(({ isSameName, field }) => !isSameName && field !== "");
  const cuts = match.columns.flatMap(({ field, column }) => {
    const profile = columns.find(({ name }) => name === field);
    const isCut = profile?.signs.some(({ sign }) => sign === "cut-off") === true;
    return isCut && profile.length !== undefined ? [[column, profile.length.most] as const] : [];
  });
  return {
    ...(renamed.length === 0
      ? {}
      : { columns: Object.fromEntries(renamed.map(({ column, field }) => [column, field])) }),
    ...(cuts.length === 0 ? {} : { cutAt: Object.fromEntries(cuts) }),
  };
}

function has(kinds: ColumnProfile["kinds"], wanted: string): boolean {
  return kinds.some(({ kind }) => kind === wanted);
}

/**
 * The spellings in columns of another type than text, and those in several columns: in one column of text a word may be a name or a
 * remark (GOTCHAS 34).
 */
function nullWordsOf(columns: readonly ColumnProfile[]): string[] {
  const seen = new Map<string, number>();
  for (const { signs, type } of columns)
    for (const { word } of signs) {
      const isTyped = type !== undefined && !type.includes("char");
      if (word !== undefined) seen.set(word, (seen.get(word) ?? 0) + (isTyped ? enoughColumns : 1));
    }
  return [...seen].filter(([, count]) => count >= enoughColumns).map(([word]) => word);
}

/** The one order that columns prove; undefined where none does, or two contradict. */
function dateOrderOf(columns: readonly ColumnProfile[]): SuggestedOptions["dateFormat"] {
  const orders = new Set(columns.flatMap(({ dateOrder }) => dateOrder?.order ?? []));
  orders.delete("either");
  const [order, another] = orders;
  return order === undefined || another !== undefined || order === "either" || order === "mixed" ? undefined : order;
}
