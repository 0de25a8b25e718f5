/** Lists, maps and rows as JSON: numbers with every digit, bytes as `{"blob":"hex"}`, text that is none as `{"invalidText":"hex"}`. */
import type { SchemaTree } from "hyparquet";
import { Malformed } from "./malformed.ts";
import { elementOf, isList, isMap } from "./schema.ts";
import { type Cell, InvalidText } from "./stored.ts";
import { isNumeric, valueReader } from "./values.ts";

export type JsonWriter = (stored: unknown) => string;

/** Writes what stands at a place of the schema. */
export function jsonWriter(node: SchemaTree): JsonWriter {
  const one = writerOfOne(node);
  return node.element.repetition_type === "REPEATED" ? writeArray(one) : one;
}

function writerOfOne(node: SchemaTree): JsonWriter {
  if (node.children.length === 0) return leafWriter(node);
  const element = isList(node.element) ? elementOf(node) : undefined;
  if (element !== undefined) return orNull(writeArray(writerOfOne(element)));
  return isMap(node.element) ? mapWriter(node) : orNull(structureWriter(node));
}

function leafWriter({ element }: SchemaTree): JsonWriter {
  const read = valueReader(element, { zone: "UTC", rounded: () => undefined });
  const isNumber = isNumeric(element);
  return orNull((stored) => cellAsJson(read(stored), isNumber));
}

function writeArray(each: JsonWriter): JsonWriter {
  return orNull((stored) => {
    if (!Array.isArray(stored)) throw new Malformed("a list is none");
    return `[${stored.map((value) => each(value)).join(",")}]`;
  });
}

function structureWriter({ children }: SchemaTree): JsonWriter {
  const members = children.map((child) => ({ name: child.element.name, write: jsonWriter(child) }));
  return (stored) => {
    const object = stored as Readonly<Record<string, unknown>>;
    return `{${members.map(({ name, write }) => `${JSON.stringify(name)}:${write(object[name])}`).join(",")}}`;
  };
}

/** As an object, where every key is text; else as a list of pairs. */
function mapWriter(node: SchemaTree): JsonWriter {
  const pairs = node.children[0];
  const [key, value] = pairs?.children ?? [];
  if (pairs === undefined || key === undefined) return orNull(structureWriter(node));
  const [writeKey, writeValue] = [jsonWriter(key), value === undefined ? () => "null" : jsonWriter(value)];
  return orNull((stored) => {
    const entries = ((stored as Readonly<Record<string, unknown>>)[pairs.element.name] ?? []) as Record<
      string,
      unknown
    >[];
    const written = entries.map((entry) => [
      writeKey(entry[key.element.name]),
      writeValue(entry[value?.element.name ?? ""]),
    ]);
    const isObject = written.every(([name = ""]) => name.startsWith('"'));
    const [open, close, between] = isObject ? ["{", "}", ":"] : ["[", "]", ","];
    return `${open}${written.map((pair) => (isObject ? pair.join(between) : `[${pair.join(between)}]`)).join(",")}${close}`;
  });
}

function orNull(write: JsonWriter): JsonWriter {
  return (stored) => {
    if (stored === undefined) throw new Malformed("values are missing");
    return stored === null ? "null" : write(stored);
  };
}

/** `isNumber`: text is the digits of a number. */
function cellAsJson(cell: Cell | null, isNumber = false): string {
  if (cell instanceof InvalidText) return JSON.stringify({ invalidText: Buffer.from(cell.bytes).toString("hex") });
  if (cell instanceof Uint8Array) return JSON.stringify({ blob: Buffer.from(cell).toString("hex") });
  if (typeof cell === "bigint" || (typeof cell === "string" && isNumber)) return String(cell);
  if (typeof cell !== "number") return JSON.stringify(cell);
  if (Object.is(cell, -0)) return "-0.0";
  return Number.isFinite(cell) ? String(cell) : JSON.stringify(String(cell));
}
