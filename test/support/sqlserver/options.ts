/** What a stand-in holds, and what it keeps from the login. */
import type { DatabaseSchema } from "../../../src/schema/model.ts";
import type { CanonicalValue } from "../../../src/values/codec.ts";
import type { CatalogRow } from "./object-views.ts";
import type { Backend } from "../tds/backend.ts";

export interface EngineOptions {
  readonly schema: DatabaseSchema;
  /** By table's id: rows in the order of its stored columns, in canonical form. */
  readonly rows: ReadonlyMap<string, readonly (readonly CanonicalValue[])[]>;
  readonly version?: Backend["version"];
  /** SERVERPROPERTY('EngineEdition'): 3 (default) is Enterprise, 5 a database of Azure. */
  readonly edition?: number;
  readonly allowsSnapshots?: boolean;
  /** Columns (`dbo.Customers.Email`) that are masked, or that the login may not read; tables with a row filter. */
  readonly masked?: readonly string[];
  readonly denied?: readonly string[];
  readonly filtered?: readonly string[];
  /** Rows of catalog views (`sys.triggers`, `sysprotects`) beside those of the model. */
  readonly catalog?: Readonly<Record<string, readonly CatalogRow[]>>;
  /** Objects (`dbo.T_Audit`) that are disabled beside the model's: triggers. */
  readonly disabled?: readonly string[];
  /** May throw an error in place of an answer. */
  readonly before?: (statement: string) => void;
}
