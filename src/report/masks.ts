/**
 * Values that no report shows: starred, so that only NULL, empty and present are told apart, or hashed, so that equal values are
 * told as equal, too. The hash is keyed (HMAC, RFC 2104): a plain one of a phone number is found by trying all of them.
 */
import { createHmac } from "node:crypto";
import type { MaskMode, MaskPattern } from "../recipe/masks.ts";
import { isMasked } from "../recipe/masks.ts";
import { changedSince } from "../reconcile/touches.ts";
import { findColumn, sameName } from "../schema/model.ts";
import type { Table } from "../schema/model.ts";
import { planKey } from "../values/key.ts";

/** Always as wide: how long a value is may tell which it is. */
const stars = "*****";
const hashDigits = 12;
/** What {@link Masks.raw} leaves of a text. */
export const maskedRaw = "(masked)";
const keySeparator = ", ";

export interface Masks {
  /** The patterns as they were named; empty: nothing is masked. */
  readonly names: readonly string[];
  readonly isActive: boolean;
  isMasked(table: string, column: string): boolean;
  /** A value as it may be shown. NULL stays NULL, the empty string empty. */
  value(table: string, column: string, text: string | null): string | null;
  /** A key as people read it. A part of it that cannot be told from the others takes them with it. */
  key(table: string, keyText: string): string;
  /** The same of a key whose parts are at hand. */
  keyParts(table: string, parts: readonly string[]): string;
  /** Text that may hold any column: left out as soon as anything is masked. */
  raw(text: string | null): string | null;
  /** Why a row is withheld or deleted, or a cell as it is: without values that are masked. */
  reason(table: string, reason: string): string;
  reason(table: string, reason: string | null): string | null;
  /** Why an id is in the absence ledger. */
  evidence(evidence: string): string;
}

export interface MaskRules {
  readonly tables: readonly Table[];
  readonly patterns: readonly MaskPattern[];
  /** By table, the columns that tell its rows apart for people: reasons quote their values. */
  natural(table: Table): readonly string[];
  /** The key of the hash; asked for only where a pattern hashes. */
  secret(): Buffer;
}

/** Shows everything. */
const noMasks: Masks = {
  names: [],
  isActive: false,
  isMasked: () => false,
  value: (_table, _column, text) => text,
  key: (_table, keyText) => keyText,
  keyParts: (_table, parts) => parts.join(keySeparator),
  raw: (text) => text,
  reason: ((_table: string, reason: string | null) => reason) as Masks["reason"],
  evidence: (evidence) => evidence,
};

type Modes = ReadonlyMap<string, MaskMode>;

/** Masks by patterns. Where several match a column, stars win; a column that refers to a masked one, or is referred to by it, is masked alike. */
export function masksBy(rules: MaskRules): Masks {
  const { tables, patterns } = rules;
  if (patterns.length === 0) return noMasks;
  const modes = maskedColumns(tables, patterns);
  const hide = hiderOf([...modes.values()].includes("hash") ? rules.secret() : undefined);
  const keys = new Map(tables.map((table) => [table.id as string, planKey(table).columns.map(({ name }) => name)]));
  const keyColumns = (table: string): readonly string[] => keys.get(table) ?? [];
  const modeOf = lookUp(modes, tables);
  const value = (table: string, column: string, text: string | null): string | null => {
    const mode = modeOf(table, column);
    return mode === undefined || text === null || text === "" ? text : hide(mode, text);
  };
  const key = (table: string, keyText: string): string => {
    const columns = keyColumns(table);
    const hidden = columns.flatMap((column) => modeOf(table, column) ?? []);
    if (hidden.length === 0) return keyText;
    const parts = columns.length === 1 ? [keyText] : keyText.split(keySeparator);
    if (parts.length === columns.length) return keyParts(table, parts);
    return hide(hidden.includes("stars") ? "stars" : "hash", keyText);
  };
  const keyParts = (table: string, parts: readonly string[]): string => {
    const columns = keyColumns(table);
    return parts.map((part, index) => value(table, columns[index] ?? "", part) ?? "").join(keySeparator);
  };
  const reasons = new Map(tables.map((table) => [table.id as string, reasonCuts(table, rules, modeOf)]));
  const origins = tables.flatMap((table) => originsOf(table, modeOf));
  return {
    names: patterns.map(({ text }) => text),
    isActive: true,
    isMasked: (table, column) => modeOf(table, column) !== undefined,
    value,
    key,
    keyParts,
    raw: (text) => (text === null ? null : maskedRaw),
    reason: ((table: string, reason: string | null) =>
      reason === null ? null : cut(reason, reasons.get(table) ?? [])) as Masks["reason"],
    evidence: (evidence) => maskEvidence(evidence, origins, key),
  };
}

function nameOf(table: string, column: string): string {
  return JSON.stringify([table, column.toUpperCase()]);
}

/** Every cell of every row is asked about: by the names as they are declared first. */
function lookUp(modes: Modes, tables: readonly Table[]): ModeOf {
  const byTable = new Map(
    tables.map((table) => [
      table.id as string,
      new Map(table.columns.map(({ name }) => [name, modes.get(nameOf(table.id, name))])),
    ]),
  );
  return (table, column) => {
    const columns = byTable.get(table);
    return columns?.has(column) === true ? columns.get(column) : modes.get(nameOf(table, column));
  };
}

/** The same value stands at both ends of a foreign key. */
function maskedColumns(tables: readonly Table[], patterns: readonly MaskPattern[]): Modes {
  const modes = new Map<string, MaskMode>();
  for (const table of tables)
    for (const { name } of table.columns)
      for (const pattern of patterns)
        if (isMasked(pattern, table, name)) strengthen(modes, nameOf(table.id, name), pattern.mode);
  const pairs = tables.flatMap((table) => referringPairs(table, tables));
  for (let before = -1; before !== weightOf(modes);) {
    before = weightOf(modes);
    for (const [left, right] of pairs) {
      strengthen(modes, left, modes.get(right));
      strengthen(modes, right, modes.get(left));
    }
  }
  return modes;
}

/** Grows with every column that comes to be masked, or starred instead of hashed. */
function weightOf(modes: Modes): number {
  return [...modes.values()].reduce((sum, mode) => sum + (mode === "stars" ? 2 : 1), 0);
}

function strengthen(modes: Map<string, MaskMode>, name: string, mode: MaskMode | undefined): void {
  if (mode !== undefined && modes.get(name) !== "stars") modes.set(name, mode);
}

function referringPairs(table: Table, tables: readonly Table[]): [string, string][] {
  return table.foreignKeys.flatMap((foreignKey) => {
    const parent = tables.find(({ id }) => sameName(id, foreignKey.references));
    if (parent === undefined) return [];
    const named = foreignKey.referencedColumns;
    const referenced = named.length > 0 ? named : (parent.primaryKey?.columns ?? []);
    return foreignKey.columns.flatMap((column, index): [string, string][] => {
      const target = findColumn(parent, referenced[index] ?? "");
      return target === undefined ? [] : [[nameOf(table.id, column), nameOf(parent.id, target.name)]];
    });
  });
}

function hiderOf(secret: Buffer | undefined): (mode: MaskMode, text: string) => string {
  return (mode, text) =>
    mode === "stars" || secret === undefined
      ? stars
      : `#${createHmac("sha256", secret).update(text, "utf8").digest("hex").slice(0, hashDigits)}`;
}

type ModeOf = (table: string, column: string) => MaskMode | undefined;

/** Beginnings of reasons behind which values stand, or what people wrote and may hold any. */
function reasonCuts(table: Table, { natural }: Pick<MaskRules, "natural">, modeOf: ModeOf): readonly RegExp[] {
  const isHidden = (columns: readonly string[]): boolean => columns.some((name) => modeOf(table.id, name));
  return [
    /^(?:decided: )?by [^:]*/,
    // Source and time; the expression behind them may hold the value of any column.
    new RegExp(`^${changedSince}: [^ :]+(?: at [\\dTZ:.+-]+(?=: ))?`),
    ...(isHidden(natural(table)) ? [/^(?:uncertain: )?identity: [a-z0-9]+ rows under one id/] : []),
    ...(isHidden(planKey(table).columns.map(({ name }) => name))
      ? [/^no key of production's: the recipe allocates it/]
      : []),
  ];
}

function cut(reason: string, beginnings: readonly RegExp[]): string {
  for (const beginning of beginnings) {
    const [kept] = beginning.exec(reason) ?? [];
    if (kept !== undefined) return kept;
  }
  return reason;
}

/** `referred to by dbo.Orders.CustomerID of KEY` begins so for every column of a table whose key is masked. */
function originsOf(table: Table, modeOf: ModeOf): { table: string; beginning: string }[] {
  if (!planKey(table).columns.some(({ name }) => modeOf(table.id, name))) return [];
  return table.columns.map(({ name }) => ({ table: table.id, beginning: `referred to by ${table.id}.${name} of ` }));
}

function maskEvidence(
  evidence: string,
  origins: readonly { readonly table: string; readonly beginning: string }[],
  key: Masks["key"],
): string {
  const origin = origins.find(({ beginning }) => evidence.startsWith(beginning));
  if (origin === undefined) return evidence;
  const [rest = ""] = /; rows that refer to it: \d+$/.exec(evidence) ?? [];
  const child = evidence.slice(origin.beginning.length, evidence.length - rest.length);
  return `${origin.beginning}${key(origin.table, child)}${rest}`;
}
