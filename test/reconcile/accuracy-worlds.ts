/** Small worlds in which the truth is known: sources that err at a given rate, copies, another meaning. */
import type { Item } from "../../src/reconcile/accuracy/evidence.ts";

/** An item with its values; 0 is the truth. */
export interface KnownItem extends Item {
  readonly values: readonly number[];
}

/** Uniform in [0, 1), the same for a seed every time (the generator of Numerical Recipes). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What a source says of the item, or undefined: nothing. Sources are asked in the order written and see earlier answers. */
export type Source = (draw: () => number, said: Readonly<Record<string, number | undefined>>) => number | undefined;

/** Says one of `wrongValues` wrong values where it is not right. */
export function erring(accuracy: number, wrongValues = 10): Source {
  return (draw) => (draw() < accuracy ? 0 : 1 + Math.floor(draw() * wrongValues));
}

export function copyOf(original: string): Source {
  return (_, said) => said[original];
}

/** A copy that goes its own way now and then. */
export function nearly(original: string): Source {
  const own = erring(0.7);
  return (draw, said) => (draw() < 0.97 ? said[original] : own(draw, said));
}

export function alike(names: string, say: Source): Record<string, Source> {
  return Object.fromEntries(names.split("").map((name) => [name, say]));
}

export function itemOf(attribute: string, said: Readonly<Record<string, number | undefined>>): KnownItem {
  const values = [...new Set(Object.values(said))].filter((value) => value !== undefined);
  const groups = values.map((value) => ({ sources: Object.keys(said).filter((source) => said[source] === value) }));
  return { attribute, groups, values };
}

export function makeItems(attribute: string, sources: Readonly<Record<string, Source>>, count: number): KnownItem[] {
  const draw = numbers(20_111_201);
  return Array.from({ length: count }, () => {
    const said: Record<string, number | undefined> = {};
    for (const [source, say] of Object.entries(sources)) said[source] = say(draw, said);
    return itemOf(attribute, said);
  });
}

/** `count` items on which the sources stand as the text says: `ab|c` is a and b against c. */
export function stand(form: string, count = 1, attribute = "phone"): Item[] {
  const groups = form.split("|").map((sources) => ({ sources: sources.split("") }));
  return Array.from({ length: count }, () => ({ attribute, groups }));
}
