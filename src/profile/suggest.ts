/** The lines of a recipe that an export's profile calls for. */
import type { ColumnProfile, TableMatch } from "./model.ts";

/** Options of a source by their names in the recipe. */
export interface SuggestedOptions {
  readonly null?: readonly string[];
  readonly dateFormat?: "dmy" | "mdy" | "ymd";
  readonly decimal?: ",";
}

export interface SuggestedTable {
  readonly columns?: Readonly<Record<string, string>>;
  readonly cutAt?: Readonly<Record<string, number>>;
}

/** One word may be somebody's name. */
const leastWords = 2;

/** `null` comes with the empty cell, which means NULL by default. */
export function suggestOptions(columns: readonly ColumnProfile[]): SuggestedOptions {
  const words = nullWordsOf(columns);
  const order = dateOrderOf(columns);
  const hasCommas = columns.some(
    ({ type, kinds }) => /^(?:decimal|float)/.test(type ?? "") && has(kinds, "decimal-comma"),
  );
  return {
    ...(words.length === 0 ? {} : { null: ["", ...words] }),
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

/** The spellings that occur more than once, or in a column of another type than text. */
function nullWordsOf(columns: readonly ColumnProfile[]): string[] {
  const counts = new Map<string, number>();
  for (const { signs, type } of columns)
    for (const { sign, count, word } of signs) {
      if (sign !== "null-word" || word === undefined) continue;
      const isTyped = type !== undefined && !type.includes("char");
      counts.set(word, (counts.get(word) ?? 0) + count + (isTyped ? leastWords : 0));
    }
  return [...counts].filter(([, count]) => count >= leastWords).map(([word]) => word);
}

/** The one order that columns prove; undefined where none does, or two contradict. */
function dateOrderOf(columns: readonly ColumnProfile[]): SuggestedOptions["dateFormat"] {
  const orders = new Set(columns.flatMap(({ dateOrder }) => dateOrder?.order ?? []));
  orders.delete("either");
  const [order, another] = orders;
  return order === undefined || another !== undefined || order === "either" || order === "mixed" ? undefined : order;
}
