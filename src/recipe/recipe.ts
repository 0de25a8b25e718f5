/** The recipe after loading: validated, defaults filled in, paths absolute, names not yet held against the schema. */
import type { Place } from "../errors.ts";
import type { ServerVersion } from "../emit/emitter.ts";

/** One element of a rule chain: the rule's id and its options (`prefer` has a list of sources). */
export interface RuleUse {
  readonly rule: "latest" | "trust" | "majority" | "prefer" | "ask";
  readonly sources?: readonly string[];
}

export type ContestedPolicy = "provisional" | "null" | "withhold";

export interface RecipeTable {
  /** The source's name for the table: a table, a file pattern. */
  readonly from?: string;
  /** Source column by target column. */
  readonly columns: Readonly<Record<string, string>>;
}

export interface RecipeSource {
  readonly id: string;
  readonly extractor: string;
  /** When the data last equalled production: milliseconds since 1970, UTC. Without it the time is unknown. */
  readonly asOf?: number;
  /** 0..100, default 50. */
  readonly trust: number;
  /** By target table as the recipe writes it; empty: every target table, under its own names. */
  readonly tables: Readonly<Record<string, RecipeTable>>;
  /** The extractor's own options, validated by its schema. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface RecipeRules {
  readonly default: readonly RuleUse[];
  readonly contested: ContestedPolicy;
  readonly tables: Readonly<
    Record<
      string,
      { readonly contested?: ContestedPolicy; readonly columns: Readonly<Record<string, readonly RuleUse[]>> }
    >
  >;
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
    readonly dialect: "sqlserver";
    readonly version: ServerVersion;
    /** Absolute path of the DDL or of a SQLite file. */
    readonly schema: string;
    /** The database's collation, for columns whose DDL names none; default SQL_Latin1_General_CP1_CI_AS. */
    readonly collation: string;
    /** As the recipe writes them; undefined: every table of the schema. */
    readonly tables?: readonly string[];
    readonly ifExists: "stop" | "skip";
    readonly reseedMargin: number;
  };
  readonly sources: readonly RecipeSource[];
  readonly rules: RecipeRules;
  /**
   * Where a value stands in the recipe file: `place(["sources", "csv", "tables", "dbo.Orders"])`; a block stands at
   * its key. With `key` the place of the key itself: a name that is wrong, whatever it holds.
   */
  place(path: readonly (string | number)[], part?: "key" | "value"): Place;
  /** Replaces every value that came from the environment by `${env:NAME}`: for anything that is printed or stored. */
  redact(text: string): string;
}
