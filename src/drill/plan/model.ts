/** A drill's plan, validated. Names of tables are not yet held against the truth. */
import type { Comparison } from "../../recipe/recipe.ts";
import type { Strike } from "../disaster/model.ts";
import type { HistoryPlan } from "../history/simulate.ts";

/** Where the truth comes from. */
export type TruthPlan =
  | { readonly generate: "shop"; readonly scale: number }
  | {
      /** The source that holds it, as a recipe would name it: a SQLite file, a live server. */
      readonly source: Readonly<Record<string, unknown>> & { readonly extractor: string };
      /** A schema file, where the source's own is not to be taken. */
      readonly schema: string | undefined;
      readonly tables: readonly string[] | undefined;
    };

/** What was done to a survivor; undefined: nothing. Shares are from 0 to 1. */
export interface Damage {
  /** By table, columns that it has not. */
  readonly withoutColumns?: Readonly<Record<string, readonly string[]>>;
  /** The share of rows that it has. */
  readonly sampleRows?: number;
  /** The share of rows that stand there twice. */
  readonly duplicates?: number;
  /** The share of rows in which somebody wrote another value into one cell. */
  readonly conflictRate?: number;
  /** How many rows it has that production never had, as a share of the others. */
  readonly foreignRows?: number;
  /** Rows that were deleted are still there, as they were last. */
  readonly keepsDeleted?: boolean;
  /** Tables whose keys are numbered anew, and those that refer to them. */
  readonly renumber?: readonly string[];
  /** How far its clock was off, at most, in milliseconds. */
  readonly clockSkew?: number;
  /** As iconv-lite names it. */
  readonly encoding?: string;
  readonly excel?: boolean;
  /** The share of each file's bytes that is left. */
  readonly cutAt?: number;
  /** The share of records of which bytes were overwritten. */
  readonly corrupt?: number;
  /** It is gone altogether. */
  readonly missing?: boolean;
}

export interface SurvivorPlan {
  readonly id: string;
  /** Of the database as it was, or of what the disaster left. */
  readonly of: "production" | "wreck";
  /** How long before the disaster it was made, in milliseconds. */
  readonly before: number;
  /** Of a log: how many milliseconds before the disaster it begins; undefined: with the history. */
  readonly since: number | undefined;
  readonly format: string;
  readonly timezone: string;
  /** URL of the server that a dump program reads from; `env:NAME` for a variable. Undefined: the usual port of this machine. */
  readonly server: string | undefined;
  /** Undefined: all. */
  readonly tables: readonly string[] | undefined;
  readonly damage: Damage;
  /** What the recipe says of the source besides. */
  readonly source: Readonly<Record<string, unknown>>;
}

export interface People {
  /** Milliseconds: before anything runs, and for each thing to look at. */
  readonly start: number;
  readonly cell: number;
  readonly row: number;
  readonly record: number;
}

/** In the order in which they are shown. */
export const barIds = [
  "rowsRecovered",
  "rowRecall",
  "cellsRight",
  "cellRecall",
  "missed",
  "fabricated",
  "resurrected",
  "chimeric",
  "chimericGroups",
  "wrong",
  "abstained",
  "wronglySilent",
  "wronglyFlagged",
  "recoveryPoint",
  "peopleTime",
  "recoveryTime",
] as const;
export type BarId = (typeof barIds)[number];

export interface Bar {
  readonly id: BarId;
  /** The table of a recovery point, the phase of a recovery time; undefined: all. */
  readonly of?: string;
  readonly comparison: Comparison;
  /** `>= 99%`, as the plan writes it. */
  readonly written: string;
}

export interface DrillPlan {
  readonly drill: string;
  readonly about: string | undefined;
  readonly seed: number;
  readonly truth: TruthPlan;
  readonly history: HistoryPlan;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly strikes: readonly Strike[];
  readonly survivors: readonly SurvivorPlan[];
  /** What the recipe holds besides the sources: rules, assertions, parts of the target. */
  readonly rescue: {
    readonly target: Readonly<Record<string, unknown>>;
    readonly rules: Readonly<Record<string, unknown>> | undefined;
    readonly assert: Readonly<Record<string, unknown>> | undefined;
  };
  readonly bars: readonly Bar[];
  readonly people: People;
  /** Absolute; relative paths of the plan start here. */
  readonly folder: string;
  /** Verbatim. */
  readonly text: string;
}
