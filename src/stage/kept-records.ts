/** Records of a source that are kept as they were read: in quarantine, or as evidence that names no row. */
import type { Store } from "./database.ts";

export interface QuarantinedRecord {
  readonly reason: string;
  readonly file: string;
  readonly part: string | null;
  readonly line: number | null;
  readonly offset: number | null;
  readonly row: number | null;
  readonly bytes: number;
  readonly sha256: string;
  readonly raw: Buffer | null;
}

/** A record that proves something and names no row. */
export interface EvidenceRecord extends QuarantinedRecord {
  /** Undefined by null: nobody knows which. */
  readonly table: string | null;
  /** When, as the source writes it. */
  readonly at: string | null;
}

/** Records that prove the same of a table. */
export interface EvidenceTally extends Pick<EvidenceRecord, "table" | "reason"> {
  readonly records: number;
  readonly first: string | null;
  readonly last: string | null;
}

const evidenceColumns = 'tableName AS "table", at, reason, file, part, line, "offset", "row", bytes, sha256, raw';

export class KeptRecords {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Records that prove something and name no row. */
  *evidence(): Generator<EvidenceRecord> {
    const sql = `SELECT ${evidenceColumns} FROM evidence ORDER BY id`;
    yield* this.#store.prepare<[], EvidenceRecord>(sql).iterate();
  }

  /** The same by table and reason, most records first; times as they are written, where they begin with a year. */
  evidenceGroups(): EvidenceTally[] {
    const time = `CASE WHEN at GLOB '[0-9][0-9][0-9][0-9]-*' THEN at END`;
    const sql = `SELECT tableName AS "table", reason, count(*) AS records, min(${time}) AS first, max(${time}) AS last
      FROM evidence GROUP BY tableName, reason ORDER BY records DESC, min(id)`;
    return this.#store.prepare<[], EvidenceTally>(sql).all();
  }

  /** The first records of a group, in the order of reading. */
  evidenceOf({ table, reason }: Pick<EvidenceTally, "table" | "reason">, limit: number): EvidenceRecord[] {
    const sql = `SELECT ${evidenceColumns} FROM evidence WHERE tableName IS ? AND reason = ? ORDER BY id LIMIT ?`;
    return this.#store.prepare<[string | null, string, number], EvidenceRecord>(sql).all(table, reason, limit);
  }

  *quarantined(): Generator<QuarantinedRecord> {
    const sql = 'SELECT reason, file, part, line, "offset", "row", bytes, sha256, raw FROM quarantine ORDER BY id';
    yield* this.#store.prepare<[], QuarantinedRecord>(sql).iterate();
  }
}
