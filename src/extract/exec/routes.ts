/** Which lost table a stream of records feeds. */
import { UserError } from "../../errors.ts";
import { nearest } from "../../recipe/suggest.ts";
import { sameName } from "../../schema/model.ts";
import type { TableMapping } from "../extractor.ts";

const shown = 12;

export class Routes {
  readonly #mappings: readonly TableMapping[];
  readonly #found = new Map<string, TableMapping | undefined>();

  constructor(mappings: readonly TableMapping[]) {
    this.#mappings = mappings;
  }

  /** A record without a stream belongs to the source's one table. Undefined: the stream feeds no lost table. Throws UserError for one that fits two. */
  find(stream: string | undefined): TableMapping | undefined {
    if (stream === undefined) return this.#mappings[0];
    const known = this.#found.get(stream);
    if (known !== undefined || this.#found.has(stream)) return known;
    const found = theOne(matching(this.#mappings, stream), stream);
    this.#found.set(stream, found);
    return found;
  }

  /** Streams that feed no table. */
  get passedOver(): string[] {
    return [...this.#found].flatMap(([stream, mapping]) => (mapping === undefined ? stream : []));
  }

  /** Throws UserError where a table was asked for by a name that nothing was printed under, and what was printed fits no table. */
  refuseUnseen({ table, from }: TableMapping): void {
    const others = this.passedOver;
    if (others.length === 0) return;
    const near = nearest(from ?? table.name, others);
    throw new UserError({
      what: `the program printed nothing of the stream ${from ?? table.name}, from which the recipe takes ${table.id}`,
      where: { table: table.id },
      remedy: `${near === undefined ? "" : `Did you mean ${near}? `}Correct \`from\`, or take the table out of the source's \`tables\`; what feeds no table yet: ${listStreams(others)}`,
    });
  }
}

/** As many names as people read. */
export function listStreams(streams: readonly string[]): string {
  const more = streams.length > shown ? ` and ${streams.length - shown} more` : "";
  return `${streams.slice(0, shown).join(", ")}${more}`;
}

/** For records that do not say what they belong to. Throws UserError where the source has several tables. */
export function requireOneTable(mappings: readonly TableMapping[]): void {
  const [only, another] = mappings;
  if (only !== undefined && another === undefined && only.from === undefined) return;
  throw new UserError({
    what:
      only?.from === undefined
        ? `the program's records could belong to any of ${mappings.length} tables`
        : `${only.table.id} is taken from the stream ${only.from}, but nothing says which records are of that stream`,
    remedy:
      "Name the field that tells it with `stream`, or name the one table under the source's `tables`, without `from`",
  });
}

/** `from` is the stream's name. Without it a stream is called as its table is; taps write `dbo-Orders` too. */
function matching(mappings: readonly TableMapping[], stream: string): readonly TableMapping[] {
  const exact = mappings.filter(({ from }) => from === stream);
  if (exact.length > 0) return exact;
  const alike = mappings.filter(({ from }) => from !== undefined && sameName(from, stream));
  if (alike.length > 0) return alike;
  const unnamed = mappings.filter(({ from }) => from === undefined);
  const whole = unnamed.filter(({ table: { schema, name } }) =>
    [`${schema}.${name}`, `${schema}-${name}`].some((form) => sameName(form, stream)),
  );
  return whole.length > 0 ? whole : unnamed.filter(({ table }) => sameName(table.name, stream));
}

function theOne([first, second]: readonly TableMapping[], stream: string): TableMapping | undefined {
  if (first === undefined || second === undefined) return first;
  throw new UserError({
    what: `the stream ${stream} fits two tables, ${first.table.id} and ${second.table.id}`,
    remedy: "Say with `from`, under the source's `tables`, which stream each is taken from",
  });
}
