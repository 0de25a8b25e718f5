/**
 * Rows as `mysqlbinlog --verbose` writes them: `@1=5`, and with `-vv` its type behind it.
 * Source: `log_event_print_value` of MySQL's and MariaDB's `log_event*.cc`.
 */
import { rowTime, type Column } from "../../schema/model.ts";
import { wallClock } from "../../values/wall-clock.ts";
import { unescapeMysql } from "../sql-script/dialects/escapes.ts";
import { temporalTypes, textTypes } from "../sql-script/dialects/typed.ts";
import { targetColumns, type Route } from "../sql-script/routes.ts";
import type { Given } from "./clauses.ts";
import type { RowEvent, RowImage } from "./event.ts";
import type { Outcome } from "./outcome.ts";
import { changeOf, keyOf, type RowReader } from "./rows.ts";

type Cell = NonNullable<ReturnType<RowImage["get"]>>;

/** `zone`: on whose clock moments are read (IANA). */
export function readImage(
  { operation, before, after }: RowEvent,
  route: Route,
  rows: RowReader,
  zone: string,
): Outcome {
  const { table } = route.mapping;
  const names = targetColumns(route.mapping).flatMap(({ name }) => (name === rowTime ? [] : [name]));
  const width = Math.max(...before.keys(), ...after.keys(), 0);
  if (width > names.length)
    return {
      kind: "evidence",
      table,
      reason: `a row was changed that has ${width} columns, and the target's table ${names.length}`,
    };
  const gather = (image: RowImage) => rows.gather(named(image, names, route, zone), route);
  const [old, current] = [gather(before), gather(after)];
  const key = keyOf(new Map([...old.values, ...current.values]), route);
  if (key === undefined) return { kind: "evidence", table, reason: "a row was changed whose key the log does not say" };
  if (operation === "insert") return { kind: "change", change: changeOf("insert", route, current) };
  if (operation === "delete")
    return { kind: "change", change: { mapping: route.mapping, operation, values: key, before: old.values } };
  const oldKey = keyOf(old.values, route);
  if (
    oldKey !== undefined &&
    [...oldKey].some(([name, value]) => current.values.has(name) && current.values.get(name) !== value)
  )
    return { kind: "evidence", table, reason: "a row was changed in its key" };
  return { kind: "change", change: { ...changeOf("update", route, current), before: old.values } };
}

function named(image: RowImage, names: readonly string[], { columns }: Route, zone: string): [string, Given][] {
  return [...image].flatMap(([place, cell]): [string, Given][] => {
    const name = names[place - 1] ?? "";
    const column = columns.get(name.toUpperCase());
    return column === undefined ? [] : [[name, givenOf(cell, column, zone)]];
  });
}

const quoted = /^'((?:[^'\\]|\\[\s\S])*)'$/;
const signed = /^(-\d+) \((\d+)\)$/;
const plainNumber = /^-?\d+(?:\.\d+)?$/;
const widths: Readonly<Record<string, bigint>> = { smallint: 16n, int: 32n, bigint: 64n };

function givenOf({ text, type }: Cell, column: Column, zone: string): Given {
  const { name } = column.type;
  if (text === "NULL") return { value: null };
  const string = quoted.exec(text)?.[1];
  if (string !== undefined) return { value: textOf(string, name) };
  const bits = /^b'([01]+)'$/.exec(text)?.[1];
  if (bits !== undefined) return { value: BigInt(`0b${bits}`) };
  if (/^(?:FLOAT|ENUM|SET)\b/.test(type) || textTypes.has(name)) return unread(text, "is written as less than it is");
  if ((name === "float" || name === "real") && !type.startsWith("DOUBLE")) return unread(text, "may be rounded");
  const [, negative, positive] = signed.exec(text) ?? [];
  if (negative !== undefined && positive !== undefined) return bySign(negative, positive, name);
  if (!plainNumber.test(text)) return unread(text, "is no plain value");
  return { value: temporalTypes.has(name) ? momentOf(text, zone) : text };
}

/** Dates stand there with colons; line breaks, quotes and backslashes in hex. */
function textOf(text: string, type: string): string {
  const plain = unescapeMysql(
    text.replaceAll(/\\x([0-9a-f]{2})/gi, (_, hex: string) => escaped(Number.parseInt(hex, 16))),
  );
  return temporalTypes.has(type as never) ? plain.replace(/^(\d{4}):(\d\d):(\d\d)$/, "$1-$2-$3") : plain;
}

function escaped(code: number): string {
  const character = String.fromCharCode(code);
  return character === "\\" ? "\\\\" : character;
}

/** The log does not know whether a column has a sign, and writes both numbers. */
function bySign(negative: string, positive: string, type: string): Given {
  if (type === "tinyint") return { value: positive };
  const isSameWidth = BigInt(positive) - BigInt(negative) === 1n << (widths[type] ?? 0n);
  return isSameWidth ? { value: negative } : unread(`${negative} (${positive})`, "has a sign or none");
}

/** Seconds since 1970, of a TIMESTAMP. */
function momentOf(text: string, zone: string): string {
  const [seconds = "0", fraction] = text.split(".");
  const wall = wallClock(new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z"), zone);
  return fraction === undefined ? wall : `${wall}.${fraction}`;
}

function unread(by: string, why: string): Given {
  return { by, why };
}
