/** Counts what the dates of one column say of their order. */
import type { DateOrder } from "../../values/codec.ts";
import { possibleOrders } from "../../values/date-orders.ts";

const words: Readonly<Record<DateOrder, string>> = { dmy: "day first", mdy: "month first", ymd: "year first" };
const all = ["dmy", "mdy", "ymd"] as const;

interface Example {
  readonly text: string;
  readonly position: number;
}

export class DateTally {
  readonly #name: string;
  readonly #unit: string;
  /** Dates in which the order matters at all, by how they are written. */
  #dates = 0;
  /** Those that are other days under other orders. */
  #open = 0;
  #firstOpen: Example | undefined;
  readonly #unreadable = new Map<DateOrder, number>(all.map((order) => [order, 0]));
  /** By the only order under which they are dates. */
  readonly #proofs = new Map<DateOrder, { count: number; readonly first: Example }>();

  /** `name`: the column's, for people. `unit`: what positions count. */
  constructor(name: string, unit: string) {
    this.#name = name;
    this.#unit = unit;
  }

  /** A cell of the column; what is no date, or is clear by its form, says nothing. */
  add(text: string, position: number): void {
    const days = possibleOrders(text);
    if (days === undefined || days.size === 0) return;
    this.#dates++;
    for (const order of all) if (!days.has(order)) this.#unreadable.set(order, (this.#unreadable.get(order) ?? 0) + 1);
    const [[only] = [], second] = [...days];
    if (only !== undefined && second === undefined) this.#prove(only, { text, position });
    if (new Set(days.values()).size < 2) return;
    this.#open++;
    this.#firstOpen ??= { text, position };
  }

  #prove(order: DateOrder, first: Example): void {
    const known = this.#proofs.get(order);
    if (known === undefined) this.#proofs.set(order, { count: 1, first });
    else known.count++;
  }

  /** The orders under which all of the dates are dates. */
  get #left(): readonly DateOrder[] {
    return all.filter((order) => this.#unreadable.get(order) === 0);
  }

  get order(): DateOrder | "unknown" {
    const [only, another] = this.#left;
    return only === undefined || another !== undefined ? "unknown" : only;
  }

  /** What people should know of the column; undefined where its order makes no difference. */
  get finding(): string | undefined {
    const { order } = this;
    if (order !== "unknown") return `${this.#name}: ${words[order]}, as ${this.#evidenceFor(order)}`;
    if (this.#open === 0) return undefined;
    const kept = `${this.#open} of ${this.#dates} dates, the first ${this.#show(this.#firstOpen)}, may be several days and are kept as raw text`;
    return `${this.#name}: ${this.#whyUnknown()}: ${kept}; declare \`dateFormat\``;
  }

  #evidenceFor(order: DateOrder): string {
    const proof = this.#proofs.get(order);
    if (proof === undefined) return `this is the one order in which all of its ${this.#dates} dates can be read`;
    return `${proof.count} of ${this.#dates} dates can only be read so, the first ${this.#show(proof.first)}`;
  }

  #whyUnknown(): string {
    if (this.#left.length > 0)
      return `no date tells whether they are written ${this.#left.map((order) => words[order]).join(" or ")}`;
    const proofs = [...this.#proofs].map(([order, { first }]) => `${words[order]} ${this.#show(first)}`);
    return `its dates are written in several orders (${proofs.join(", ")})`;
  }

  #show(example: Example | undefined): string {
    return example === undefined
      ? ""
      : `on ${this.#unit} ${example.position}: ${JSON.stringify(example.text.slice(0, 40))}`;
  }
}
