/**
 * What the report shows, gathered once and bounded in size whatever the incident's: groups and samples here, every single
 * conflict in the lists and in staging. Masked already where the person asked for it: what is in here may be shown.
 */
import type { DrillRecord } from "../drill/report/schema.ts";
import type { AssertionSummary, CellClass, SourceSummary, TableSummary, Verdict } from "./summary.ts";

/** A value as people read it; null is NULL. Long ones are cut: `length` is then that of the whole, in characters. */
export interface ShownValue {
  readonly text: string | null;
  readonly length?: number;
}

export interface ReportedSource extends SourceSummary {
  /** Milliseconds since 1970, UTC; undefined where unknown. */
  readonly asOf: number | undefined;
  /** Where each file tells its own time: how many times there are, and the first; `asOf` is the newest that counts. */
  readonly editions: { readonly count: number; readonly first: number } | undefined;
  /** `production`, another line's name, or undefined where its time is unknown. */
  readonly line: string | undefined;
  readonly branchedAt: number | undefined;
  readonly trust: number;
  readonly coverage: "complete" | "partial";
  readonly copyOf: string | undefined;
  /** The first and last times that its rows say of themselves (`modifiedAt`), milliseconds; undefined: they say none. */
  readonly rowTimes: { readonly first: number; readonly last: number } | undefined;
  readonly alone: { readonly rows: number; readonly cells: number };
  /** Of its claims that other sources make too: how many, and how many agree with what stands. */
  readonly agreement: { readonly checkable: number; readonly right: number };
  /** Says that records are missing: `a.csv.gz: the file is cut short`. */
  readonly losses: readonly string[];
  /** Only estimated where a rule asks for it: 0 to 1. */
  readonly accuracy: number | undefined;
}

/** How often two sources say the same of the cells that both claim. */
export interface Agreement {
  readonly left: string;
  readonly right: string;
  readonly shared: number;
  readonly agreed: number;
}

/** Ids of an identity key, in equal stretches from the first to the highest that anything shows. */
export interface IdentityStrip {
  readonly column: string;
  readonly first: string;
  readonly last: string;
  /** How many ids a stretch has; the last may have fewer. At most 240 stretches. */
  readonly width: number;
  readonly stretches: readonly {
    readonly present: number;
    readonly deleted: number;
    readonly lost: number;
    readonly unknown: number;
  }[];
}

export interface ReportedTable extends TableSummary {
  /** Rows in the scripts, each counted for the source that most of its cells come from; most first. */
  readonly origins: readonly { readonly source: string; readonly rows: number }[];
  /** Rows (not deleted) by the set of sources that have them, most first; at most twelve, the rest as `others`. */
  readonly overlaps: readonly { readonly sources: readonly string[]; readonly rows: number }[];
  readonly otherOverlaps: { readonly sets: number; readonly rows: number };
  readonly identity: IdentityStrip | undefined;
  /** Runs of missing ids, the longest first, at most ten. */
  readonly absences: readonly {
    readonly from: string;
    readonly to: string;
    readonly count: number;
    readonly class: "deleted" | "lost" | "unknown";
    readonly evidence: string;
  }[];
}

/** One value of a conflict, and who says so. */
export interface ReportedClaim {
  readonly value: ShownValue;
  readonly sources: readonly string[];
  readonly as: "stands" | "lost" | "superseded" | "damaged" | "refused";
}

export interface ReportedCell {
  /** The row's key as people read it. */
  readonly key: string;
  readonly reason: string | null;
  readonly claims: readonly ReportedClaim[];
}

/** Cells of one column that differ in one way. */
export interface ReportedGroup {
  /** Stands for table, column, class, rule and way; the same in every run. */
  readonly id: string;
  readonly table: string;
  readonly column: string;
  readonly class: CellClass;
  readonly rule: string | null;
  /** `legacy has only the first 50 characters; crm, reporting agree`. */
  readonly pattern: string;
  readonly cells: number;
  /** The first few, in key order. */
  readonly samples: readonly ReportedCell[];
}

export interface WithheldGroup {
  readonly table: string;
  readonly reason: string;
  readonly rows: number;
  /** Keys as people read them: the first few. */
  readonly keys: readonly string[];
}

/** A record as it stands in its source. */
export interface ReportedRecord {
  /** `orders.csv line 21`. */
  readonly place: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Null where the record is too long to be kept. */
  readonly raw: ShownValue;
}

export interface QuarantineGroup {
  readonly source: string;
  readonly reason: string;
  readonly records: number;
  readonly samples: readonly ReportedRecord[];
}

/** Records of one source that prove the same, and name no row. */
export interface EvidenceGroup {
  readonly source: string;
  /** Undefined: of no table of the target, or of nobody knows which. */
  readonly table: string | undefined;
  readonly reason: string;
  readonly records: number;
  /** The first and the last time, as the source's clock shows them; undefined: they say none. */
  readonly first: string | undefined;
  readonly last: string | undefined;
  readonly samples: readonly ReportedRecord[];
}

/** What is proved and gives no value. */
export interface ReportedProofs {
  /** Contested cells that something changed after all that is claimed of them, by pattern. */
  readonly changed: readonly ReportedGroup[];
  /** Rows of which something proves that they were there, and nothing says what they held. */
  readonly rows: readonly WithheldGroup[];
  /** What names no row, most records first; at most 100. */
  readonly records: readonly EvidenceGroup[];
  readonly otherRecords: { readonly groups: number; readonly records: number };
}

export interface ReportedDecision {
  /** 1-based line in `decisions.yaml`. */
  readonly line: number;
  readonly what: string;
  readonly by: string;
  readonly why: string;
  readonly at: string | undefined;
  readonly state: "applied" | "stale" | "undone" | "replaced";
}

export interface ReportedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ReportModel {
  readonly incident: string;
  readonly verdict: Verdict;
  /** `tablesalvage 0.1.0`. */
  readonly madeBy: string;
  readonly target: string;
  /** The last good moment, milliseconds; undefined where the recipe names none. */
  readonly recoverTo: number | undefined;
  /** What to do next, most urgent first; each a whole sentence. */
  readonly next: readonly string[];
  readonly sources: readonly ReportedSource[];
  readonly agreements: readonly Agreement[];
  readonly tables: readonly ReportedTable[];
  /** The open ones first (contested, nulled, defaulted), then decided and resolved, each by size; at most 200. */
  readonly groups: readonly ReportedGroup[];
  readonly otherGroups: { readonly groups: number; readonly cells: number };
  /** Contested cells with all their claims, at most 500 of all. */
  readonly contested: readonly (ReportedCell & { readonly table: string; readonly column: string })[];
  readonly withheld: readonly WithheldGroup[];
  readonly proofs: ReportedProofs;
  readonly quarantine: readonly QuarantineGroup[];
  readonly unparsed: readonly {
    readonly source: string;
    readonly table: string;
    readonly column: string;
    readonly reason: string;
    readonly cells: number;
  }[];
  readonly decisions: readonly ReportedDecision[];
  /** Sentences about constraints of the target. */
  readonly constraints: readonly string[];
  readonly assertions: readonly AssertionSummary[];
  readonly notes: readonly string[];
  /** Chain of custody: every input. */
  readonly evidence: readonly (ReportedFile & { readonly source: string })[];
  /** Scripts and lists that belong to this report; paths relative to the incident's directory. */
  readonly outputs: readonly ReportedFile[];
  /** SHA-256 of the recipe that ran. */
  readonly recipe: string;
  /** What makes these very outputs again. */
  readonly command: string;
  /** Columns whose values are masked, as they were named; empty: none. */
  readonly masked: readonly string[];
  /** Only of the incident of a drill: counts and names, no values. */
  readonly drill: DrillRecord | undefined;
}
