/**
 * How the parts of a package differ from what bcp is documented to write. No specification says it, and exports of different age
 * do not agree: what is open is settled by the bytes of each part. Seen in packages of SQL Server 2016 and 2017: char that is NOT
 * NULL has no prefix and is UTF-16; bit has a prefix always.
 */
import type { PackagedColumn } from "../../schema/dacpac/columns.ts";
import type { TypeName } from "../../schema/model.ts";
import { defaultCollation } from "../../values/collation.ts";
import { nativeField } from "../bcp/native/fields.ts";
import { nativePrefix, type PrefixLength } from "../bcp/native/prefixes.ts";
import type { NativeField } from "../bcp/native/row.ts";

export interface Layout {
  /** The prefix of a char column that is NOT NULL. */
  readonly fixedText: PrefixLength;
  readonly rowversion: PrefixLength;
  /** Do columns of alias types have a prefix even where they are NOT NULL? */
  readonly aliases: "prefixed" | "plain";
  readonly text: "utf-16" | "code page";
  /** Fraction digits of times: the column's, or always seven. */
  readonly clocks: "own" | "seven";
}

type Question = {
  readonly [Name in keyof Layout]: {
    readonly name: Name;
    readonly answers: readonly Layout[Name][];
    readonly types: ReadonlySet<TypeName> | "alias";
  };
}[keyof Layout];

/** The likeliest answer comes first. `types`: of columns for which it matters. */
const questions: readonly Question[] = [
  { name: "fixedText", answers: [0, 2], types: new Set<TypeName>(["char"]) },
  { name: "rowversion", answers: [2, 1, 0], types: new Set<TypeName>(["timestamp"]) },
  { name: "aliases", answers: ["prefixed", "plain"], types: "alias" },
  { name: "clocks", answers: ["own", "seven"], types: new Set<TypeName>(["time", "datetime2", "datetimeoffset"]) },
  { name: "text", answers: ["utf-16", "code page"], types: new Set<TypeName>(["char", "varchar", "text"]) },
];

const likeliest: Layout = { fixedText: 0, rowversion: 2, aliases: "prefixed", text: "utf-16", clocks: "own" };

function concerns({ types }: Question, columns: readonly PackagedColumn[]): boolean {
  return columns.some(({ column }) =>
    types === "alias" ? column.userType !== undefined && !column.nullable : types.has(column.type.name),
  );
}

/** Every layout that the columns leave open, the likeliest first. */
export function layoutsOf(columns: readonly PackagedColumn[]): Layout[] {
  let layouts: Layout[] = [likeliest];
  for (const question of questions) {
    if (!concerns(question, columns)) continue;
    layouts = question.answers.flatMap((answer) => layouts.map((layout) => ({ ...layout, [question.name]: answer })));
  }
  return layouts;
}

/** What of a layout is not what most packages have: `fixedText: 2`. */
export function oddAnswers(layout: Layout): string[] {
  return questions.flatMap(({ name }) => (layout[name] === likeliest[name] ? [] : [`${name}: ${layout[name]}`]));
}

export function fieldsOf(columns: readonly PackagedColumn[], layout: Layout): NativeField[] {
  return columns.map(({ column }) => {
    const collation = column.collation ?? defaultCollation;
    const text = layout.text === "utf-16" ? ("utf-16" as const) : { collation };
    return nativeField(column, { text, clocks: layout.clocks }, prefixOf(column, layout));
  });
}

function prefixOf({ type, nullable, userType }: PackagedColumn["column"], layout: Layout): PrefixLength {
  const isPrefixed = nullable || (userType !== undefined && layout.aliases === "prefixed");
  if (type.name === "timestamp") return layout.rowversion;
  if (type.name === "char" && !isPrefixed) return layout.fixedText;
  return nativePrefix(type, isPrefixed);
}
