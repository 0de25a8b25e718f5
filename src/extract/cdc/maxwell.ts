/** Maxwell's messages: https://maxwells-daemon.io/dataformat/ */
import type { RawValue } from "../../values/codec.ts";
import type { Fields } from "../events/changes.ts";
import type { TableMapping } from "../extractor.ts";
import { columnOf } from "../events/columns.ts";
import { cellReader } from "../exec/cells.ts";
import { elementsOf, isArray, isString, type Member, readString } from "../text/json.ts";
import { readBytesText } from "./bytes.ts";
import { isBinary } from "./connect-values.ts";
import type { ReaderContext } from "./debezium.ts";
import { wallTime } from "./epoch.ts";
import { withKeyOf } from "../events/images.ts";
import { hasMember, memberInteger, memberObject, memberString } from "./members.ts";
import { faulty, type Outcome, skipped, unrouted } from "../events/outcome.ts";

const operations = new Map<string, "insert" | "update" | "delete">([
  ["insert", "insert"],
  ["bootstrap-insert", "insert"],
  ["update", "update"],
  ["delete", "delete"],
]);
const ddl = /^(?:table|database)-(?:create|alter|drop)$/;

export function isMaxwell(members: readonly Member[]): boolean {
  const type = memberString(members, "type") ?? "";
  const isKnown = operations.has(type) || ddl.test(type) || type.startsWith("bootstrap-") || type === "heartbeat";
  return isKnown && hasMember(members, "database");
}

export class MaxwellReader {
  readonly #context: ReaderContext;

  constructor(context: ReaderContext) {
    this.#context = context;
  }

  read(members: readonly Member[]): readonly Outcome[] {
    const type = memberString(members, "type") ?? "";
    if (ddl.test(type)) return skipped("change of the schema");
    if (type === "bootstrap-start" || type === "bootstrap-complete") return skipped("begin or end of a bootstrap");
    if (type === "heartbeat") return skipped("heartbeat");
    const operation = operations.get(type);
    if (operation === undefined) return faulty(`its type is ${type}, which Maxwell does not have`);
    return this.#change(operation, members);
  }

  #change(operation: "insert" | "update" | "delete", members: readonly Member[]): readonly Outcome[] {
    const name = memberString(members, "table");
    const data = memberObject(members, "data");
    if (name === undefined || data === undefined) return faulty("it has no `table`, or no `data`");
    const mapping = this.#context.routes.find({ database: memberString(members, "database"), name });
    if (mapping === undefined) return [unrouted];
    const at = wallTime(memberInteger(members, "ts"), 0, this.#context.zone);
    const values = this.#values(data, mapping);
    if (operation === "delete")
      return [{ kind: "change", change: { mapping, operation, at, values: new Map(), before: values } }];
    const old = memberObject(members, "old");
    const before = old === undefined ? undefined : withKeyOf(mapping, this.#values(old, mapping), values);
    return [{ kind: "change", change: { mapping, operation, at, values, before } }];
  }

  #values(row: readonly Member[], mapping: TableMapping): Fields {
    return new Map(row.map(({ name, text }) => [name, this.#value(name, text, mapping)]));
  }

  #value(name: string, text: string, mapping: TableMapping): RawValue | null {
    const column = columnOf(mapping, name);
    if (column === undefined || text === "null") return null;
    if (isBinary(column) && isString(text)) return readBytesText(readString(text), "base64") ?? readString(text);
    return cellReader(column, this.#context.zone)(isArray(text) ? setText(text) : text);
  }
}

/** A SET is an array of its members; MySQL writes commas between them. */
function setText(array: string): string {
  const elements = elementsOf(array);
  return elements.every((element) => isString(element))
    ? JSON.stringify(elements.map((element) => readString(element)).join(","))
    : array;
}
