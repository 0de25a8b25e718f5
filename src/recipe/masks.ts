/** Which columns are masked in reports: `Email`, `*Phone*=hash`, `dbo.Customers.Name`. */
import { isStored } from "../schema/model.ts";
import type { Table } from "../schema/model.ts";
import { didYouMean } from "./suggest.ts";

/** `stars`: nothing but whether there is a value; `hash`: which values are equal, too. */
export type MaskMode = "stars" | "hash";

const modes: readonly MaskMode[] = ["stars", "hash"];

export interface MaskPattern {
  /** As it was named. */
  readonly text: string;
  readonly mode: MaskMode;
  readonly glob: RegExp;
}

/** A pattern, or why it is none. */
export function parseMask(text: string): MaskPattern | { readonly fault: string } {
  const equals = text.lastIndexOf("=");
  const mode = equals < 0 ? "stars" : text.slice(equals + 1).trim();
  const columns = (equals < 0 ? text : text.slice(0, equals)).trim();
  if (columns === "") return { fault: "names no column: write Email, *Phone* or dbo.Customers.Name" };
  const known = modes.find((name) => name === mode.toLowerCase());
  if (known === undefined)
    return { fault: `"${mode}" is no way to mask; write =stars or =hash${didYouMean(mode, modes)}` };
  return { text, mode: known, glob: globOf(columns) };
}

/** `*` stands for any characters, `?` for one; names compare without regard to case, as the catalog's do. */
function globOf(columns: string): RegExp {
  const source = columns
    .toUpperCase()
    .replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, "[^]*")
    .replaceAll("?", "[^]");
  return new RegExp(`^${source}$`, "u");
}

export function isMasked({ glob }: MaskPattern, table: Table, column: string): boolean {
  return [column, `${table.name}.${column}`, `${table.id}.${column}`].some((name) => glob.test(name.toUpperCase()));
}

/** Why a pattern masks nothing; undefined: it matches a column. */
export function maskFault(text: string, tables: readonly Table[]): string | undefined {
  const pattern = parseMask(text);
  if ("fault" in pattern) return pattern.fault;
  const columns = tables.flatMap((table) =>
    table.columns.filter(isStored).map(({ name }) => ({ table, name, whole: `${table.id}.${name}` })),
  );
  if (columns.some(({ table, name }) => isMasked(pattern, table, name))) return undefined;
  const said = text.split("=")[0]?.trim() ?? "";
  const names = said.includes(".") ? columns.map(({ whole }) => whole) : columns.map(({ name }) => name);
  return `no column is called "${said}"${didYouMean(said.replaceAll("*", ""), [...new Set(names)])}`;
}
