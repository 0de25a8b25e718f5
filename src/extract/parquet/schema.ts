/** The fields of a parquet file, from its schema. */
import type { SchemaElement, SchemaTree } from "hyparquet";
import type { LeafShape } from "./page-check.ts";

/** What one cell of a row is taken from. */
export interface Field {
  /** Its way with dots: `address.city`. */
  readonly name: string;
  /** The outermost column that it is in. */
  readonly root: string;
  /** The way from there. */
  readonly path: readonly string[];
  readonly node: SchemaTree;
}

/** Structures are looked into; a list or a map is one field. */
export function fieldsOf(schema: SchemaTree): Field[] {
  return schema.children.flatMap((child) => fieldsIn(child, child.element.name, []));
}

function fieldsIn(node: SchemaTree, root: string, path: readonly string[]): Field[] {
  if (!isStructure(node)) return [{ name: [root, ...path].join("."), root, path, node }];
  return node.children.flatMap((child) => fieldsIn(child, root, [...path, child.element.name]));
}

function isStructure({ element, children }: SchemaTree): boolean {
  const isOne = element.repetition_type !== "REPEATED";
  return isOne && children.length > 0 && !isList(element) && !isMap(element);
}

export function isList({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return converted === "LIST" || logical?.type === "LIST";
}

export function isMap({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return converted === "MAP" || converted === "MAP_KEY_VALUE" || logical?.type === "MAP";
}

/** Of what a list's elements are. */
export function elementOf(list: SchemaTree): SchemaTree | undefined {
  const [repeated] = list.children;
  return repeated?.children.length === 1 ? repeated.children[0] : repeated;
}

/**
 * The schema without what makes the decoder turn values into dates, doubles and objects by their keys, all of which lose something: it gives
 * the numbers and bytes as they are stored, and maps as lists of pairs.
 */
export function bareSchema(schema: readonly SchemaElement[]): SchemaElement[] {
  return schema.map((element) => {
    const { converted_type: _, logical_type: __, ...bare } = element;
    return element.type === undefined && isList(element) ? { ...bare, converted_type: "LIST" } : bare;
  });
}

/** What the pages of the column at `path` look like; undefined where the schema has no such column. */
export function leafShape(schema: SchemaTree, path: readonly string[]): LeafShape | undefined {
  let node: SchemaTree | undefined = schema;
  let [maxDefinition, maxRepetition] = [0, 0];
  for (const name of path) {
    node = node.children.find(({ element }) => element.name === name);
    if (node === undefined) return undefined;
    if (node.element.repetition_type !== "REQUIRED") maxDefinition++;
    if (node.element.repetition_type === "REPEATED") maxRepetition++;
  }
  const { type, type_length: typeLength = 0 } = node.element;
  return type === undefined ? undefined : { type, typeLength, maxDefinition, maxRepetition };
}
