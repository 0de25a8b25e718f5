/** `staging/review.db`: conflicts and withheld rows grouped by pattern, for the report and the review. Made anew from `reconciled.db`. */

/** Part of what an index is known by. */
export const indexFormat = 3;

export const layout = `
  CREATE TABLE meta (made TEXT NOT NULL) STRICT;
  CREATE TABLE pattern (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, tableName TEXT NOT NULL, columnName TEXT, class TEXT NOT NULL,
    rule TEXT, said TEXT NOT NULL, sources TEXT NOT NULL, items INTEGER NOT NULL, isOpen INTEGER NOT NULL) STRICT;
  CREATE TABLE sample (pattern INTEGER NOT NULL, conflict INTEGER NOT NULL) STRICT;
  CREATE TABLE item (id INTEGER PRIMARY KEY, pattern INTEGER NOT NULL, "key" ANY, keyText TEXT NOT NULL, conflict INTEGER, "row" INTEGER,
    evidence TEXT) STRICT;
  CREATE TABLE pair (one TEXT NOT NULL, other TEXT NOT NULL, shared INTEGER NOT NULL, agreed INTEGER NOT NULL) STRICT;
  CREATE TABLE claimant (source TEXT PRIMARY KEY, checkable INTEGER NOT NULL, right INTEGER NOT NULL) STRICT;
`;

/** Made last: an index is filled faster without them. */
export const indexes = `
  CREATE INDEX itemsOfPattern ON item (pattern, id);
  CREATE INDEX itemsByKey ON item ("key");
  CREATE INDEX samplesOfPattern ON sample (pattern);
`;
