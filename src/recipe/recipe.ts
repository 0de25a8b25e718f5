/** The recipe after loading: validated, defaults filled in, paths absolute, names not yet held against the schema. */
import type { Place } from "../errors.ts";
import type { FileTimes } from "./file-times.ts";
import type { ServerVersion } from "../emit/emitter.ts";

/** One element of a rule chain: the rule's id and its options. */
export interface RuleUse {
  /** An id of the rule registry; `module` for a rule of the user's own. */
  readonly rule: string;
  /** Ids of sources: what `prefer` is given. */
  readonly sources?: readonly string[];
  /** Absolute path of the rule module. */
  readonly module?: string;
}

/** What a cell that no rule settled is meanwhile. */
export type ContestedPolicy = "provisional" | "null" | "withhold";

/** What deletions follow from: deletes and absence, deletes alone, nothing. */
export type DeletesPolicy = "infer" | "explicit" | "ignore";

/** What becomes of a row of which nobody knows whether it was deleted. */
export type UncertainPolicy = "withhold" | "emit";

/** What becomes of a value that the target's constraints refuse. */
type ViolationPolicy = "withhold" | "null" | "keep" | { readonly default: string | number | boolean };

/** By kind of constraint; undefined where the recipe says nothing. */
export interface Violations {
  readonly notNull?: ViolationPolicy;
  readonly check?: "withhold" | "keep";
  readonly unique?: "withhold" | "keep";
  readonly foreignKey?: "withhold" | "null" | "keep";
}

export interface Crosswalk {
  /** The target columns by which its rows are found, at least one. */
  readonly match: readonly string[];
  /** Rows without a match get new keys, from `from` on; undefined: they are withheld. */
  readonly allocate?: { readonly from?: number };
}

export interface RecipeTable {
  /** The source's name for the table: a table, a file pattern. */
  readonly from?: string;
  /** A SELECT of the server's own, in place of a table. */
  readonly query?: string;
  /** Only rows for which this holds, in the server's own SQL. */
  readonly where?: string;
  /** By target column: the zone (IANA) of the source's dates with times, which are put on the target's clock. */
  readonly zones: Readonly<Record<string, string>>;
  /** Source column by target column. */
  readonly columns: Readonly<Record<string, string>>;
  /** The source's column that times each row. */
  readonly modifiedAt?: string;
  /** Undefined: the source's own. */
  readonly coverage?: "complete" | "partial";
  /** Undefined: the source's own. */
  readonly keepsDeleted?: boolean;
  /** The source has surrogate keys of its own. */
  readonly crosswalk?: Crosswalk;
  /** By target column: the width in characters at which this source cut it. */
  readonly cutAt: Readonly<Record<string, number>>;
}

export interface RecipeSource {
  readonly id: string;
  readonly extractor: string;
  /** When the data last equalled production: milliseconds since 1970, UTC. Without it the time is unknown. */
  readonly asOf?: number;
  /** Or each of its files has a time of its own. */
  readonly fileTimes?: FileTimes;
  /** The history that the data belong to: `production` where a time is given and the recipe names no other. */
  readonly line: string | undefined;
  /** When that line left production's: milliseconds since 1970, UTC. */
  readonly branchedAt?: number;
  /** How far the source's clock may be wrong, in milliseconds; default 0. */
  readonly clockSkew: number;
  /** The id of the source that this one repeats: the two count once. */
  readonly copyOf?: string;
  /** Rows stay here after their deletion. */
  readonly keepsDeleted: boolean;
  /** May absence from this source mean deletion? Default partial: it may not. */
  readonly coverage: "complete" | "partial";
  /** IANA name of the zone of its event times and `modifiedAt`. */
  readonly timezone?: string;
  /** 0..100, default 50. */
  readonly trust: number;
  /** By target table as the recipe writes it; empty: every target table, under its own names. */
  readonly tables: Readonly<Record<string, RecipeTable>>;
  /** The extractor's own options, validated by its schema. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The same as the recipe writes them: variables of the environment by their names. */
  readonly written: Readonly<Record<string, unknown>>;
}

/** What differs for a column; undefined: as for the table, or for all. */
export interface ColumnRules {
  readonly chain?: readonly RuleUse[];
  readonly contested?: ContestedPolicy;
  readonly violation?: ViolationPolicy;
}

/** What differs for a table; undefined: as for all. */
export interface TableRules {
  readonly contested?: ContestedPolicy;
  readonly uncertain?: UncertainPolicy;
  readonly deletes?: DeletesPolicy;
  readonly inferredDeletes?: number;
  /** Groups of columns whose cells must come from one observation; no column is in two. */
  readonly together: readonly (readonly string[])[];
  /** The columns that identify a row to people, and whether an id keeps them for ever. */
  readonly identity?: { readonly natural: readonly string[]; readonly stable: boolean };
  readonly violations: Violations;
  /** By column as the recipe writes it. */
  readonly columns: Readonly<Record<string, ColumnRules>>;
}

export interface RecipeRules {
  readonly default: readonly RuleUse[];
  readonly contested: ContestedPolicy;
  readonly uncertain: UncertainPolicy;
  readonly deletes: DeletesPolicy;
  /** The share of a table's keys, 0..1, above which inferred deletes are uncertain; default 0.05. */
  readonly inferredDeletes: number;
  readonly violations: Violations;
  /** By table as the recipe writes it. */
  readonly tables: Readonly<Record<string, TableRules>>;
}

export interface Comparison {
  readonly operator: ">=" | ">" | "<=" | "<" | "=";
  readonly value: number;
}

/** What must hold of a reconciled table. */
export interface TableAssertion {
  readonly rows?: Comparison;
  /** What becomes of rows whose parent is not there. */
  readonly references?: "report" | "withhold";
  /** By column: the share of cells, 0..1, that are not NULL. */
  readonly fill?: Readonly<Record<string, Comparison>>;
  /** By column: the lowest and the highest value that may stand there. */
  readonly range?: Readonly<Record<string, { readonly min?: string | number; readonly max?: string | number }>>;
}

/** A SELECT over the reconciled rows, and what it must yield. */
export interface SqlAssertion {
  readonly name: string;
  readonly sql: string;
  readonly expect: Comparison | "no rows";
}

export interface RecipeAssertions {
  /** By table as the recipe writes it. */
  readonly tables: Readonly<Record<string, TableAssertion>>;
  readonly sql: readonly SqlAssertion[];
}

export interface Recipe {
  readonly incident: string;
  /** Absolute path of the recipe file. */
  readonly file: string;
  /** Its folder: paths in the recipe are relative to it. */
  readonly folder: string;
  /** The text as it stands in the file: what is kept in the incident's directory. Values of `${env:…}` are not in it. */
  readonly text: string;
  /** The last good moment: milliseconds since 1970, UTC. */
  readonly recoverTo?: number;
  readonly target: {
    readonly dialect: "sqlserver" | "postgres" | "mysql" | "sqlite";
    readonly version: ServerVersion;
    /** Absolute path of the DDL, of a SQLite file or of a package, or the source whose catalog says it. */
    readonly schema: string | { readonly source: string };
    /** The database's collation, for columns whose DDL names none; default SQL_Latin1_General_CP1_CI_AS. */
    readonly collation: string;
    /** Does the recipe name it? */
    readonly collationIsGiven: boolean;
    /** As the recipe writes them; undefined: every table of the schema. */
    readonly tables?: readonly string[];
    /** IANA name of the zone whose wall clock the lost database kept; given where the sources' zones differ. */
    readonly timezone?: string;
    readonly ifExists: "stop" | "skip";
    readonly reseedMargin: number;
  };
  readonly sources: readonly RecipeSource[];
  readonly rules: RecipeRules;
  readonly assertions: RecipeAssertions;
  /** `mask`: patterns of columns that no report shows, as the recipe writes them. */
  readonly report: { readonly mask: readonly string[] };
  /**
   * Where a value stands in the recipe file: `place(["sources", "csv", "tables", "dbo.Orders"])`; a block stands at
   * its key. With `key` the place of the key itself: a name that is wrong, whatever it holds.
   */
  place(path: readonly (string | number)[], part?: "key" | "value"): Place;
  /** Replaces every value that came from the environment by `${env:NAME}`: for anything that is printed or stored. */
  redact(text: string): string;
}

/** Every use of a rule, wherever the recipe has it. */
export function allUses(rules: RecipeRules): readonly RuleUse[] {
  const ofColumns = Object.values(rules.tables).flatMap(({ columns }) =>
    Object.values(columns).flatMap(({ chain }) => chain ?? []),
  );
  return [...rules.default, ...ofColumns];
}
