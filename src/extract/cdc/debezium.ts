/**
 * Debezium's change events: https://debezium.io/documentation/reference/stable/connectors/sqlserver.html#sqlserver-events
 */
import type { Column } from "../../schema/model.ts";
import type { RawValue } from "../../values/codec.ts";
import type { TableMapping } from "../extractor.ts";
import { columnOf } from "../events/columns.ts";
import { isObject, isString, type Member, readObject, readString } from "../text/json.ts";
import { type FieldType, type RowSchema, RowSchemas } from "./connect-schema.ts";
import { readTyped } from "./connect-values.ts";
import { type EpochDigits, wallTime } from "./epoch.ts";
import { keyOf } from "../events/images.ts";
import { hasMember, memberInteger, memberObject, memberString, memberText } from "./members.ts";
import type { CdcOptions } from "./options.ts";
import { emptied, faulty, type Outcome, skipped, unrouted } from "../events/outcome.ts";
import type { LoggedTable, TableRoutes } from "../events/routes.ts";
import { Ambiguous, readUntyped } from "./untyped-values.ts";

export interface ReaderContext {
  readonly routes: TableRoutes;
  readonly settings: CdcOptions;
  readonly zone: string;
  /** A value that claims nothing because the recipe does not say what it is. */
  readonly ambiguous: (mapping: TableMapping, column: Column, option: string) => void;
}

interface Payload {
  readonly members: readonly Member[];
  readonly schema: string | undefined;
}

/** What stands for a value that the server did not log because it had not changed: as text, and as the bytes of it. */
const placeholder = "__debezium_unavailable_value";
const unavailable = new Set([
  placeholder,
  Buffer.from(placeholder).toString("base64"),
  Buffer.from(placeholder).toString("hex"),
]);

const operations = new Map<string, "insert" | "update" | "delete">([
  ["c", "insert"],
  ["r", "insert"],
  ["u", "update"],
  ["d", "delete"],
]);

const tombstone = "tombstone";

/** Is it one of Debezium's, in whatever wrapper? */
export function isDebezium(members: readonly Member[]): boolean {
  const payload = unwrap(members);
  if (payload === undefined) return true;
  return hasMember(payload.members, "op") || passedOver(payload.members) !== undefined;
}

export class DebeziumReader {
  readonly #context: ReaderContext;
  readonly #schemas = new RowSchemas();
  /** Tables whose updates show that their old rows are logged whole. */
  readonly #whole = new Set<TableMapping>();

  constructor(context: ReaderContext) {
    this.#context = context;
  }

  read(members: readonly Member[]): readonly Outcome[] {
    const payload = unwrap(members);
    if (payload === undefined) return skipped(tombstone);
    const rule = passedOver(payload.members);
    if (rule !== undefined) return skipped(rule);
    const op = memberString(payload.members, "op");
    return op === undefined ? faulty("it is no change event of Debezium's: it has no `op`") : this.#event(op, payload);
  }

  #event(op: string, { members, schema }: Payload): readonly Outcome[] {
    if (op === "m") return skipped("message of the application");
    const source = memberObject(members, "source") ?? [];
    const logged = tableOf(source);
    if (logged === undefined) return faulty("its `source` does not say which table it is of");
    const mapping = this.#context.routes.find(logged);
    if (mapping === undefined) return [unrouted];
    const at = this.#timeOf(members, source);
    if (op === "t") return emptied({ table: mapping.table, at });
    const operation = operations.get(op);
    if (operation === undefined) return faulty(`its operation is ${op}, which Debezium does not have`);
    const types = this.#schemas.read(schema);
    const [before, after] = ["before", "after"].map((name) => {
      const row = memberObject(members, name);
      return row === undefined ? undefined : this.#values(row, mapping, types);
    });
    const connector = memberString(source, "connector");
    if (operation === "delete") return this.#deleted(mapping, at, before, connector);
    if (after === undefined) return faulty("it does not say what the row held after the change");
    if (operation === "insert") return [{ kind: "change", change: { mapping, operation, at, values: after } }];
    this.#learn(mapping, before, after);
    return [{ kind: "change", change: { mapping, operation, at, values: after, before } }];
  }

  #deleted(
    mapping: TableMapping,
    at: string | undefined,
    before: Values | undefined,
    connector: string | undefined,
  ): readonly Outcome[] {
    if (before === undefined) return faulty("it does not say which row was deleted");
    const key = keyOf(mapping, before);
    const isWhole = connector !== "postgresql" || this.#whole.has(mapping);
    const change = { mapping, operation: "delete", at, values: key } as const;
    return [{ kind: "change", change: isWhole ? { ...change, before } : change }];
  }

  /**
   * PostgreSQL logs old rows whole only under REPLICA IDENTITY FULL. Else a delete has NULLs and zeros beside the key, and an update has
   * an old row only where the key changed.
   */
  #learn(mapping: TableMapping, before: Values | undefined, after: Values): void {
    if (before === undefined) return;
    const key = keyOf(mapping, before);
    if (key.size > 0 && [...key].every(([name, value]) => after.get(name) === value)) this.#whole.add(mapping);
  }

  #values(row: readonly Member[], mapping: TableMapping, types: RowSchema | undefined): Values {
    const values = new Map<string, RawValue | null>();
    for (const { name, text } of row) {
      const value = isUnavailable(text) ? undefined : this.#value(name, text, mapping, types?.get(name));
      if (value !== undefined) values.set(name, value);
    }
    return values;
  }

  #value(name: string, text: string, mapping: TableMapping, type: FieldType | undefined): RawValue | null | undefined {
    const column = columnOf(mapping, name);
    // What feeds no column is told as such by its name.
    if (column === undefined) return null;
    const { settings, zone, ambiguous } = this.#context;
    const value = { column, zone, binary: settings.binary };
    if (type !== undefined) return readTyped(text, type, value);
    const read = readUntyped(text, { ...value, modes: settings });
    if (!(read instanceof Ambiguous)) return read;
    ambiguous(mapping, column, read.option);
    return undefined;
  }

  /** When it happened at the source; what a snapshot reads held when it was read. */
  #timeOf(event: readonly Member[], source: readonly Member[]): string | undefined {
    const isSnapshot = memberString(event, "op") === "r" || isTrue(memberText(source, "snapshot"));
    return timeIn(source, this.#context.zone) ?? (isSnapshot ? timeIn(event, this.#context.zone) : undefined);
  }
}

type Values = ReadonlyMap<string, RawValue | null>;

function isUnavailable(text: string): boolean {
  return isString(text) && unavailable.has(readString(text));
}

/** `"true"`, `"first"`, `"last"`, `"incremental"`; `"false"` and null are none. */
function isTrue(text: string | undefined): boolean {
  return text !== undefined && text !== '"false"' && text !== "false";
}

const clocks: readonly (readonly [string, EpochDigits])[] = [
  ["ts_ns", 9],
  ["ts_us", 6],
  ["ts_ms", 3],
  ["ts_sec", 0],
];
const datetime2Length = "YYYY-MM-DD hh:mm:ss.fffffff".length;

/** The finest that is there. Early versions write 0 where they do not know it. */
function timeIn(members: readonly Member[], zone: string): string | undefined {
  for (const [name, digits] of clocks) {
    const count = memberInteger(members, name);
    if (count !== undefined && count !== 0n) return wallTime(count, digits, zone)?.slice(0, datetime2Length);
  }
  return undefined;
}

export function tableOf(source: readonly Member[]): LoggedTable | undefined {
  const name = memberString(source, "table");
  if (name === undefined) return undefined;
  return { database: memberString(source, "db"), schema: memberString(source, "schema"), name };
}

/** The rule by which a message that changes no row is passed over. */
function passedOver(members: readonly Member[]): string | undefined {
  if (hasMember(members, "op")) return undefined;
  if (hasMember(members, "ddl") || hasMember(members, "tableChanges")) return "change of the schema";
  const names = members.map(({ name }) => name);
  if (names.length === 1 && names[0] === "ts_ms") return "heartbeat";
  return hasMember(members, "status") && hasMember(members, "id") && hasMember(members, "event_count")
    ? "boundary of a transaction"
    : undefined;
}

/** As many wrappers as there are: a dump's record around a message, and that around its payload. */
const mostWrappers = 3;

/** The event itself; undefined for a tombstone. */
export function unwrap(members: readonly Member[]): Payload | undefined {
  let payload: Payload = { members, schema: undefined };
  for (let depth = 0; depth < mostWrappers; depth++) {
    const inner = innerOf(payload.members);
    if (inner === undefined) return payload;
    if (inner === "null") return undefined;
    const object = readObject(isString(inner) ? readString(inner) : inner);
    if (object === undefined) return payload;
    const schema = memberText(payload.members, "schema");
    payload = { members: object, schema: schema !== undefined && isObject(schema) ? schema : undefined };
  }
  return payload;
}

/** What is in a wrapper, as it is written: `payload` beside `schema`, `value` or `payload` in the dump of a topic. */
function innerOf(members: readonly Member[]): string | undefined {
  if (hasMember(members, "op")) return undefined;
  const name = hasMember(members, "payload") ? "payload" : isTopicDump(members) ? "value" : undefined;
  return members.find((member) => member.name === name)?.text;
}

function isTopicDump(members: readonly Member[]): boolean {
  return hasMember(members, "value") && (hasMember(members, "key") || hasMember(members, "topic"));
}
