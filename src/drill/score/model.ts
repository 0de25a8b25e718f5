/** What a drill comes to. Nothing in here depends on a clock: what was measured in time is in `timings.json`. */

/** Rows of a table, rebuilt against true. */
export interface RowScore {
  /** In the truth. */
  readonly truth: number;
  readonly rebuilt: number;
  /** In both. */
  readonly recovered: number;
  /** In the truth alone. */
  readonly missed: number;
  /** Rebuilt, and never in the truth at any time. */
  readonly fabricated: number;
  /** Rebuilt, although they were deleted before the disaster. */
  readonly resurrected: number;
  /** Recovered rows whose cells stood in the truth, but never all together. */
  readonly chimeric: number;
  /** Of those that have to come from one observation (`together`): groups whose cells never stood together. */
  readonly chimericGroups: number;
  /** In the truth, and held by a survivor with all that a row needs. */
  readonly recoverable: number;
  /** Of the recoverable ones. */
  readonly recoveredOfRecoverable: number;
}

/** Cells of recovered rows, keys left out. */
export interface CellScore {
  readonly all: number;
  readonly right: number;
  readonly wrong: number;
  /** NULL for want of a claim, where the truth has a value. */
  readonly abstained: number;
  /** Wrong, and no survivor says so either. */
  readonly fabricated: number;
  /** Wrong, and nobody is told to look at it. */
  readonly wronglySilent: number;
  /** Wrong, and people are told. */
  readonly wrongFlagged: number;
  /** Right, and people are bothered with it. */
  readonly wronglyFlagged: number;
  /** Of the truth's rows: the true value stands in a survivor, and the row is recoverable. */
  readonly recoverable: number;
  readonly recoveredOfRecoverable: number;
}

export interface TableScore {
  readonly table: string;
  readonly rows: RowScore;
  readonly cells: CellScore;
  /** Everything that had changed up to this moment is in the rebuilt table (ISO 8601, UTC); null: something older than the history lacks. */
  readonly recoveryPoint: string | null;
  /** The disaster minus that, in milliseconds; null as above. */
  readonly lost: number | null;
}

/** One thing that the plan demands. */
export interface BarScore {
  /** `rowRecall`. */
  readonly bar: string;
  /** `>= 99%`. */
  readonly expected: string;
  /** As people read it; null where it is measured in time, and stands in `timings.json`. */
  readonly found: string | null;
  readonly holds: boolean;
}

export interface PeopleScore {
  /** What people have to look at, by kind: contested cells, withheld rows, quarantined records. */
  readonly cells: number;
  readonly rows: number;
  readonly records: number;
  /** What that costs as the plan reckons, with the start: milliseconds. */
  readonly milliseconds: number;
}

/** One rebuild, scored. */
export interface Score {
  /** The sum of all tables. */
  readonly rows: RowScore;
  readonly cells: CellScore;
  readonly tables: readonly TableScore[];
  readonly people: PeopleScore;
}

export interface Variation {
  /** `without backup`, `conflictRate = 0.1`. */
  readonly name: string;
  readonly status: "completed" | "failed";
  /** Why it failed. */
  readonly error: string | null;
  readonly score: Score | null;
}

export interface Scorecard {
  readonly drill: string;
  readonly seed: number;
  readonly scale: number | null;
  /** Did it run to its end? That says nothing of how well. */
  readonly status: "completed" | "failed";
  /** Null where it did not. */
  readonly verdict: "passed" | "below" | null;
  readonly error: string | null;
  /** The survivors, in the plan's order, and those that the plan takes away. */
  readonly survivors: readonly { readonly id: string; readonly format: string; readonly isMissing: boolean }[];
  /** By engine: `sqlite`, and the server where one was given. */
  readonly rebuilds: readonly { readonly engine: string; readonly score: Score; readonly bars: readonly BarScore[] }[];
  readonly leaveOneOut: readonly Variation[];
  readonly sweep: {
    readonly parameter: string;
    readonly points: readonly (Variation & { readonly value: number })[];
  } | null;
}
