/** A column's source: `id`, `address.city`, or `../id` for a field of the object around the row. */

const up = "../";

/** How many objects it goes outwards, and the path from there. */
export function climb(source: string): { readonly up: number; readonly path: string } {
  let steps = 0;
  while (source.startsWith(up, steps * up.length)) steps++;
  return { up: steps, path: source.slice(steps * up.length) };
}
