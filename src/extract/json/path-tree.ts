/** The ways to rows as a tree, which a file is walked by. */
import type { TableMapping } from "../extractor.ts";
import type { RowsPath } from "./rows-path.ts";

/** A table, and where its rows stand. */
export interface TableRows {
  readonly mapping: TableMapping;
  readonly path: RowsPath;
}

/** A table whose rows stand in records that are read one at a time. */
export interface InnerRows {
  readonly rows: TableRows;
  /** The way from the record to the rows. */
  readonly inner: readonly string[];
}

export interface PathNode {
  readonly path: string;
  /** By name in lower case. */
  readonly children: Map<string, PathNode>;
  /** Not empty: what stands here are records. */
  readonly tables: InnerRows[];
}

/** What is under a way to records is found in the records. */
export function buildPathTree(tables: readonly TableRows[]): PathNode {
  const root = newNode("");
  for (const rows of tables.toSorted((left, right) => left.path.outer.length - right.path.outer.length))
    place(root, rows);
  return root;
}

function place(root: PathNode, rows: TableRows): void {
  const { outer, inner } = rows.path;
  let node = root;
  let depth = 0;
  for (; depth < outer.length && node.tables.length === 0; depth++) node = childOf(node, outer[depth] ?? "");
  node.tables.push({ rows, inner: [...outer.slice(depth), ...inner] });
}

function childOf(node: PathNode, name: string): PathNode {
  const key = name.toLowerCase();
  const child = node.children.get(key) ?? newNode(node.path === "" ? name : `${node.path}.${name}`);
  node.children.set(key, child);
  return child;
}

function newNode(path: string): PathNode {
  return { path, children: new Map(), tables: [] };
}
