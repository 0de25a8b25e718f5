/** Addresses within the review: everything lies below the token. */

/** What a raw record or a whole value is asked by. */
export type ValueOf =
  | { readonly claim: number }
  | { readonly unused: number }
  | { readonly column: string; readonly source?: string };

export interface Links {
  /** With the slash at its end: also the path of the cookies. */
  readonly root: string;
  readonly history: string;
  readonly undo: string;
  queue(asked: Readonly<Record<string, string>>): string;
  group(id: string, asked?: Readonly<Record<string, string>>): string;
  item(id: number, asked?: Readonly<Record<string, string>>): string;
  raw(item: number, source: string, locator: string): string;
  value(item: number, of: ValueOf): string;
}

function query(asked: Readonly<Record<string, string>>): string {
  // What is no text in Unicode has no place in an address.
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value !== "") search.append(name, value.toWellFormed());
  return search.size === 0 ? "" : `?${search.toString()}`;
}

/** @param token as the address has it */
export function linksOf(token: string): Links {
  const root = `/${token}/`;
  return {
    root,
    history: `${root}history`,
    undo: `${root}undo`,
    queue: (asked) => `${root}${query(asked)}`,
    group: (id, asked = {}) => `${root}group/${encodeURIComponent(id.toWellFormed())}${query(asked)}`,
    item: (id, asked = {}) => `${root}item/${id}${query(asked)}`,
    raw: (item, source, locator) => `${root}item/${item}/raw${query({ source, locator })}`,
    value: (item, of) =>
      `${root}item/${item}/value${query(Object.fromEntries(Object.entries(of).map(([name, value]) => [name, String(value)])))}`,
  };
}
