/** The colours of sources, the same on every page: `--source-1` to `--source-8` of the sheet. */

/** So many sources have a colour of their own; more cannot be told apart. */
export const colours = 8;

/** 1 to 8; 0: a neutral. */
export type ColourOf = (source: string) => number;

/** The first sources have a colour each. */
export function sourceColours(sources: readonly string[]): ColourOf {
  const coloured = new Map(sources.slice(0, colours).map((source, index) => [source, index + 1]));
  return (source) => coloured.get(source) ?? 0;
}
