/** What a review is: a queue over staging, and decisions that are added to `decisions.yaml`. Implemented in `steps/review`. */
import type { CellClass } from "../report/summary.ts";
import type { GroupRule } from "../decisions/file.ts";
import type { SheetChoice, SheetItem } from "./sheet.ts";

/** A decision that holds for an item. */
export interface Given {
  /** 1-based line in `decisions.yaml`. */
  readonly line: number;
  readonly what: string;
  readonly by: string;
  readonly why: string;
  readonly at: string | undefined;
}

/** Cells of a column that differ in one way, or rows that are withheld for one reason. */
export interface QueueGroup {
  readonly id: string;
  readonly table: string;
  /** Null: rows. */
  readonly column: string | null;
  readonly class: CellClass | "withheld";
  /** What the items have in common, in words. */
  readonly said: string;
  readonly sources: readonly string[];
  readonly items: number;
  readonly decided: number;
  /** Can its items be decided? Rows without a key of the target's cannot be named. */
  readonly isDecidable: boolean;
  /** A decision of the whole group, in force or for cells that matched earlier. */
  readonly given: Given | undefined;
}

export interface QueueItem {
  readonly id: number;
  readonly group: string;
  readonly table: string;
  /** As people read it. */
  readonly key: string;
  /** Null: the row. A row that is withheld since a cell has no value is that cell. */
  readonly column: string | null;
  /** What stands for now; undefined for a row. */
  readonly value: string | null | undefined;
  readonly reason: string | null;
  readonly given: Given | undefined;
}

/** One who says so. */
export interface Witness {
  readonly source: string;
  /** ISO 8601, or null where unknown. */
  readonly time: string | null;
  readonly locator: string;
  /** What became of the claim: `won`, `contested`, `superseded by a newer value`. */
  readonly outcome: string;
}

/** A value that can be chosen by its number. */
export interface NumberedClaim {
  /** From 1 on, the same in every run as long as the evidence is. */
  readonly number: number;
  readonly value: string | null;
  readonly witnesses: readonly Witness[];
}

export interface Neighbour {
  readonly column: string;
  readonly value: string | null;
  readonly class: CellClass;
  /** What each source says, where they differ. */
  readonly claims: readonly { readonly source: string; readonly value: string | null }[];
}

export interface ItemDetail {
  readonly item: QueueItem;
  readonly group: QueueGroup;
  /** None for a row. */
  readonly claims: readonly NumberedClaim[];
  /** Told, but no claims: values that do not fit the column, or are of after the last good moment. */
  /** `isSilent`: it changed the cell and does not say to what. */
  readonly unused: readonly (Witness & { readonly value: string | null; readonly isSilent?: boolean })[];
  /** The whole row, in table order. */
  readonly row: readonly Neighbour[];
  /** What can be decided of it. */
  readonly choices: readonly ItemChoice["kind"][];
  /** `emitted`, `withheld: …`. */
  readonly verdict: string;
  /** What a decision is anchored to. It goes with the decision, so that nothing is decided that was not looked at. */
  readonly seen: string;
  readonly previous: number | undefined;
  readonly next: number | undefined;
  /** The next one of the group that nobody decided. */
  readonly nextOpen: number | undefined;
}

export type ItemChoice =
  | { readonly kind: "claim"; readonly number: number }
  | { readonly kind: "value"; readonly value: string }
  | { readonly kind: "null" }
  | { readonly kind: "withhold" }
  | { readonly kind: "keep" };

/** `line`: of the decision that was looked at; given, no other one is taken back. */
export type Undone = ({ readonly item: number } | { readonly group: string }) & { readonly line?: number | undefined };

export interface Signature {
  readonly by: string;
  readonly why: string;
}

export interface Progress {
  readonly items: number;
  readonly decided: number;
  readonly by: readonly { readonly name: string; readonly decisions: number }[];
}

export interface RawRecord {
  readonly source: string;
  readonly locator: string;
  /** The record as it stands in its file, some lines around it; undefined where it cannot be shown, `why` says so. */
  readonly lines: readonly { readonly number: number; readonly text: string; readonly isIt: boolean }[];
  readonly why: string | undefined;
}

/** Every method throws UserError for what people can put right: an unknown item, a stale page, a value that does not fit. */
export interface ReviewSession {
  readonly incident: string;
  /** In the order of the recipe, which gives them their colours. */
  readonly sources: readonly string[];
  groups(): readonly QueueGroup[];
  progress(): Progress;
  /** At most `limit` items behind one of them, in key order. */
  items(group: string, after: number, limit: number): readonly QueueItem[];
  item(id: number): ItemDetail;
  /** The record that a claim of the item stands in. */
  raw(id: number, source: string, locator: string): Promise<RawRecord>;
  /** `seen`: as {@link ItemDetail} gave it. */
  decide(id: number, choice: ItemChoice, seen: string, signature: Signature): void;
  /** Decides every item of the group that nobody decided, by a rule; returns how many. */
  decideGroup(group: string, rule: GroupRule, signature: Signature): number;
  /** Takes back what was decided of an item, or of a whole group. */
  undo(what: Undone, signature: Signature): void;
  close(): void;
}

/** The same queue as a table, decided in a spreadsheet. */
export interface SheetSession {
  /** The items that nobody decided. */
  sheetItems(): Generator<SheetItem>;
  /** All of them or none. What stands in `decisions.yaml` already is not added again. Throws UserError with every fault. */
  decideAll(choices: readonly SheetChoice[]): { readonly noted: number; readonly known: number };
}
