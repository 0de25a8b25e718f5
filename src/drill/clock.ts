/** Moments of a drill: whole seconds of UTC, the clock of its database. */

/** `2026-03-14 09:26:00.0000000`, the canonical form of a datetime. */
export function momentText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")}.0000000`;
}

/** The whole second before. */
export function wholeSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}
