/** Where rows stand: `data.orders`, `data.orders[].lines`. */

/** Names apart by dots; `[]` behind a name, or in front of all, is each element of that array. */
export const rowsPathForm = /^(?:\[\]|[^.[\]]+)(?:\[\]|\.[^.[\]]+)*$/;

export interface RowsPath {
  /** As people write it; "" for the file's own records. */
  readonly text: string;
  /** The way to the records that are read one at a time. */
  readonly outer: readonly string[];
  /** The way from such a record to its rows; without names it is the row itself. */
  readonly inner: readonly string[];
}

/** `text` has the {@link rowsPathForm}; undefined: the elements of the array that the file is, or its objects. */
export function parseRowsPath(text = ""): RowsPath {
  const each = text.indexOf("[]");
  if (each < 0) return { text, outer: namesIn(text), inner: [] };
  return { text, outer: namesIn(text.slice(0, each)), inner: namesIn(text.slice(each)) };
}

function namesIn(path: string): string[] {
  return path.split(/\.|\[\]/).filter((name) => name !== "");
}

export function isSamePath(left: RowsPath, right: RowsPath): boolean {
  return left.outer.join("\0") === right.outer.join("\0") && left.inner.join("\0") === right.inner.join("\0");
}
