/** Values that claim nothing because the recipe does not say how they are written. */
import type { Column } from "../../schema/model.ts";
import type { TableMapping } from "../extractor.ts";

export class Unsettled {
  readonly #counts = new Map<string, number>();

  add({ table }: TableMapping, column: Column, option: string): void {
    const place = `${table.id}.${column.name}: \`${option}\``;
    this.#counts.set(place, (this.#counts.get(place) ?? 0) + 1);
  }

  sentences(): string[] {
    return [...this.#counts].map(
      ([place, count]) =>
        `${count} ${count === 1 ? "value" : "values"} could be read in two ways and claim nothing; the recipe can say which, for ${place}`,
    );
  }
}
