/** What each version of SQL Server knows: the one table that the emitted T-SQL depends on. */
import { UserError } from "../../errors.ts";
import { isStored } from "../../schema/model.ts";
import type { Column, SqlType, Table, TypeName } from "../../schema/model.ts";
import type { ServerVersion } from "../emitter.ts";

export interface VersionRules {
  readonly version: ServerVersion;
  /**
   * `VALUES (…), (…)`, at most 1000 rows (GOTCHAS 1). Without it one INSERT a row: a UNION ALL of many
   * SELECTs would bring back the typing of GOTCHAS 2 and, on 2000, the limits of its parser's stack.
   */
  readonly multiRowValues: boolean;
  /** nvarchar(max), varchar(max), varbinary(max); where they are missing, long texts go in by UPDATETEXT (GOTCHAS 18). */
  readonly maxTypes: boolean;
  /** Schema views `sys.…`; without them `sysobjects` and `sysreferences`. */
  readonly sysViews: boolean;
  /** HASHBYTES of more than 8000 bytes. */
  readonly longHashes: boolean;
  /** Temporal tables. */
  readonly temporal: boolean;
  /** Of the script files (GOTCHAS 24); both with a byte order mark. */
  readonly encoding: "utf8" | "utf16le";
  /** Types that this version does not have yet. */
  readonly missingTypes: ReadonlySet<TypeName>;
}

const typesSince2005: readonly TypeName[] = ["xml"];
const typesSince2008: readonly TypeName[] = [
  "date",
  "time",
  "datetime2",
  "datetimeoffset",
  "hierarchyid",
  "geometry",
  "geography",
];

const since2005 = { maxTypes: true, sysViews: true, encoding: "utf8", longHashes: false, temporal: false } as const;
const since2008 = { ...since2005, multiRowValues: true, missingTypes: new Set<TypeName>() } as const;
const since2016 = { ...since2008, longHashes: true, temporal: true } as const;

const rules: Readonly<Record<ServerVersion, VersionRules>> = {
  "2000": {
    version: "2000",
    multiRowValues: false,
    maxTypes: false,
    sysViews: false,
    longHashes: false,
    temporal: false,
    encoding: "utf16le",
    missingTypes: new Set([...typesSince2005, ...typesSince2008]),
  },
  "2005": { version: "2005", ...since2005, multiRowValues: false, missingTypes: new Set(typesSince2008) },
  "2008": { version: "2008", ...since2008 },
  "2012": { version: "2012", ...since2008 },
  "2016": { version: "2016", ...since2016 },
  "2022": { version: "2022", ...since2016 },
  azure: { version: "azure", ...since2016 },
};

export function rulesOf(version: ServerVersion): VersionRules {
  return rules[version];
}

function exists(column: Column, version: VersionRules): boolean {
  if (column.generated !== undefined) return version.temporal;
  const type: SqlType = column.type;
  return !version.missingTypes.has(type.name) && (type.length !== "max" || version.maxTypes);
}

/** Throws UserError for the first column whose type the version does not have. */
export function requireTypes(table: Table, version: VersionRules): void {
  const stranger: Column | undefined = table.columns.find(
    (column) => (isStored(column) || column.generated !== undefined) && !exists(column, version),
  );
  if (stranger === undefined) return;
  throw new UserError({
    what: `column ${stranger.name} is ${stranger.generated === undefined ? `${stranger.declaredType}, a type` : "generated, a kind"} that SQL Server ${version.version} does not have`,
    where: { table: table.id },
    remedy: "Set target.version to the version of the server that gets the tables, or give the schema that server had",
  });
}
