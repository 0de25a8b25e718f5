/** Opens the databases of a source and settles, before a row is read, what feeds what. */
import { companionSuffixes, openEvidence, unreadable } from "../../files/sqlite.ts";
import type { OpenedDatabase } from "../../files/sqlite.ts";
import { readCatalog } from "../../schema/sqlite-catalog.ts";
import type { SqliteTable } from "../../schema/sqlite-catalog.ts";
import type { EvidenceFile, TableMapping } from "../extractor.ts";
import { planDatabases } from "./plan.ts";
import type { Cataloged, Planned } from "./plan.ts";

interface CatalogedDatabase extends Cataloged {
  readonly file: EvidenceFile;
  readonly opened: OpenedDatabase;
}

export type SurveyedDatabase = Planned<CatalogedDatabase>;

export interface Survey {
  readonly databases: readonly SurveyedDatabase[];
  readonly close: () => void;
}

/** Opens every database of the source. Throws UserError as opening and planning do, and leaves none open then. */
export function survey(files: readonly EvidenceFile[], mappings: readonly TableMapping[]): Survey {
  const opened: OpenedDatabase[] = [];
  const close = () => {
    for (const database of opened) database.close();
  };
  try {
    const catalogs = databasesAmong(files).map((file): CatalogedDatabase => {
      const database = openEvidence(file.path, file.name);
      opened.push(database);
      return { file, opened: database, name: file.name, catalog: catalogOf(database, file.name) };
    });
    return { databases: planDatabases(catalogs, mappings), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Write-ahead logs and journals are evidence, but read with their database. */
export function databasesAmong(files: readonly EvidenceFile[]): EvidenceFile[] {
  const companions = new Set(files.flatMap(({ path }) => companionSuffixes.map((suffix) => path + suffix)));
  return files.filter(({ path }) => !companions.has(path));
}

function catalogOf({ db }: OpenedDatabase, name: string): SqliteTable[] {
  try {
    return readCatalog(db);
  } catch (cause) {
    throw unreadable(name, cause);
  }
}
