/** Canal's flat messages: https://github.com/alibaba/canal/wiki/Canal-Kafka-RocketMQ-QuickStart */
import type { RawValue } from "../../values/codec.ts";
import type { Fields } from "../events/changes.ts";
import type { TableMapping } from "../extractor.ts";
import { columnOf } from "../events/columns.ts";
import { cellReader } from "../exec/cells.ts";
import { elementsOf, isArray, isObject, isString, type Member, membersOf, readString } from "../text/json.ts";
import { isBinary } from "./connect-values.ts";
import type { ReaderContext } from "./debezium.ts";
import { wallTime } from "./epoch.ts";
import { withKeyOf } from "../events/images.ts";
import { hasMember, memberInteger, memberString, memberText } from "./members.ts";
import { emptied, faulty, type Outcome, skipped, unrouted } from "../events/outcome.ts";

const operations = new Map<string, "insert" | "update" | "delete">([
  ["INSERT", "insert"],
  ["UPDATE", "update"],
  ["DELETE", "delete"],
]);

export function isCanal(members: readonly Member[]): boolean {
  return hasMember(members, "isDdl") && hasMember(members, "type") && hasMember(members, "es");
}

export class CanalReader {
  readonly #context: ReaderContext;

  constructor(context: ReaderContext) {
    this.#context = context;
  }

  read(members: readonly Member[]): readonly Outcome[] {
    const type = memberString(members, "type") ?? "";
    const name = memberString(members, "table") ?? "";
    const operation = operations.get(type);
    if (operation === undefined && type !== "TRUNCATE") return skipped("change of the schema, or a statement");
    const mapping = this.#context.routes.find({ database: memberString(members, "database"), name });
    if (mapping === undefined) return [unrouted];
    const at = wallTime(memberInteger(members, "es"), 3, this.#context.zone);
    return operation === undefined
      ? emptied({ table: mapping.table, at })
      : this.#rows(operation, mapping, at, members);
  }

  /** `data` has a row each, and `old`, beside it, what changed of it. */
  #rows(
    operation: "insert" | "update" | "delete",
    mapping: TableMapping,
    at: string | undefined,
    members: readonly Member[],
  ): readonly Outcome[] {
    const rows = rowsIn(memberText(members, "data"));
    const old = rowsIn(memberText(members, "old"));
    if (rows.length === 0) return faulty("it has no rows in `data`");
    return rows.map((row, index): Outcome => {
      if (row === undefined) return { kind: "fault", reason: "an element of `data` is no object" };
      const values = this.#values(row, mapping);
      if (operation === "delete")
        return { kind: "change", change: { mapping, operation, at, values: new Map(), before: values } };
      const changed = operation === "update" ? old[index] : undefined;
      const before = changed === undefined ? undefined : withKeyOf(mapping, this.#values(changed, mapping), values);
      return { kind: "change", change: { mapping, operation, at, values, before } };
    });
  }

  #values(row: readonly Member[], mapping: TableMapping): Fields {
    return new Map(row.map(({ name, text }) => [name, this.#value(name, text, mapping)]));
  }

  #value(name: string, text: string, mapping: TableMapping): RawValue | null {
    const column = columnOf(mapping, name);
    if (column === undefined || text === "null") return null;
    if (isBinary(column) && isString(text)) return latin1Bytes(readString(text)) ?? readString(text);
    return cellReader(column, this.#context.zone)(text);
  }
}

function rowsIn(array: string | undefined): (readonly Member[] | undefined)[] {
  if (array === undefined || !isArray(array)) return [];
  return elementsOf(array).map((element) => (isObject(element) ? membersOf(element) : undefined));
}

/** Canal writes each byte as the character of its number (ISO 8859-1). */
function latin1Bytes(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "latin1");
  return bytes.toString("latin1") === text ? bytes : undefined;
}
