/** Where things stand in a YAML file: from a path of keys and indexes to line and column. */
import { isMap, isScalar, isSeq } from "yaml";
import type { Document, LineCounter, Node, Pair } from "yaml";
import type { Place } from "../errors.ts";

export type YamlPath = readonly (string | number)[];
export type PlacePart = "key" | "value";

interface Spot {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : "";
}

function child(node: Node | undefined, step: string | number): Spot | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(step)] as Node | undefined;
    return item === undefined ? undefined : { key: undefined, value: item };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.findLast((item) => keyText(item) === String(step));
  return pair && { key: pair.key as Node, value: (pair.value ?? undefined) as Node | undefined };
}

/** Goes down the path as far as the file does: what is missing stands where it should have stood. */
function locate(root: Node | undefined, path: YamlPath): { spot: Spot; whole: boolean } {
  let spot: Spot = { key: undefined, value: root };
  for (const step of path) {
    const next = child(spot.value, step);
    if (next === undefined) return { spot, whole: false };
    spot = next;
  }
  return { spot, whole: true };
}

/** A block stands at its key: its first line says nothing of itself. So does an empty value. */
function standsAtKey(value: Node | undefined): boolean {
  if (value === undefined) return true;
  if (isScalar(value)) return value.value === null && (value.source ?? "") === "";
  return (isMap(value) || isSeq(value)) && value.flow !== true;
}

export class Places {
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #file: string;

  constructor(document: Document, lines: LineCounter, file: string) {
    this.#document = document;
    this.#lines = lines;
    this.#file = file;
  }

  /** The place of a value, or of its key; of what would hold it where it is missing. */
  at(path: YamlPath, part: PlacePart = "value"): Required<Pick<Place, "file" | "line" | "column">> {
    const { spot, whole } = locate(this.#document.contents ?? undefined, path);
    const atKey = part === "key" || !whole || standsAtKey(spot.value);
    const node = atKey ? (spot.key ?? spot.value) : spot.value;
    return this.atOffset(node?.range?.[0] ?? 0);
  }

  atOffset(offset: number): Required<Pick<Place, "file" | "line" | "column">> {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

/** `sources.backup.tables["dbo.Orders"].columns.Email`, as people write paths. */
export function formatPath(path: YamlPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (!/^[\p{L}\p{N}_-]+$/u.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}
