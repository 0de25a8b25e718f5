/** Writes rows as SQL Server keeps them in pages, by the format's own words; the reader's layout is not asked. */
import type { Column, Table } from "../../src/schema/model.ts";

export type Cell = string | number | null;

const days1900 = (text: string) =>
  Math.round((Date.parse(`${text.slice(0, 10)}T00:00:00Z`) - Date.UTC(1900, 0, 1)) / 86_400_000);
const ticks = (text: string) => Math.round((Date.parse(`1970-01-01T${text.slice(11, 23)}Z`) * 3) / 10);

function fixedBytes({ type }: Column, cell: Cell): Buffer | undefined {
  const buffer = (bytes: number, write: (target: Buffer) => void) => {
    const target = Buffer.alloc(bytes);
    if (cell !== null) write(target);
    return target;
  };
  const number = Number(cell);
  switch (type.name) {
    case "int":
      return buffer(4, (target) => target.writeInt32LE(number));
    case "smallint":
      return buffer(2, (target) => target.writeInt16LE(number));
    case "money":
      return buffer(8, (target) => target.writeBigInt64LE(BigInt(String(cell).replace(".", ""))));
    case "decimal":
      return buffer(9, (target) => {
        target[0] = String(cell).startsWith("-") ? 0 : 1;
        target.writeBigUInt64LE(BigInt(String(cell).replaceAll(/[-.]/g, "")), 1);
      });
    case "datetime":
      return buffer(8, (target) => {
        target.writeUInt32LE(ticks(String(cell)));
        target.writeInt32LE(days1900(String(cell)), 4);
      });
    case "nchar":
      return buffer(
        2 * Number(type.length),
        (target) => void target.write(String(cell).padEnd(Number(type.length)), "utf16le"),
      );
    default:
      return undefined;
  }
}

function variableBytes({ type }: Column, cell: Cell): Buffer {
  return Buffer.from(String(cell ?? ""), type.name === "nvarchar" ? "utf16le" : "latin1");
}

/** `cells` by the names of the columns. Trailing empty and NULL columns of varying width are left out, as the server does. */
export function writeRow({ columns, primaryKey }: Table, cells: Readonly<Record<string, Cell>>): Buffer {
  const first = (primaryKey?.columns ?? []).map((name) => columns.find((column) => column.name === name) as Column);
  const ordered = [...first, ...columns.filter((column) => !first.includes(column))];
  const fixed: Buffer[] = [Buffer.alloc(4)];
  const variable: Buffer[] = [];
  let bits: { byte: Buffer; used: number } | undefined;
  const bitmap = Buffer.alloc(Math.ceil(ordered.length / 8));
  for (const [place, column] of ordered.entries()) {
    const cell = cells[column.name] ?? null;
    if (cell === null) bitmap[place >> 3] = (bitmap[place >> 3] ?? 0) | (1 << (place & 7));
    if (column.type.name === "bit") {
      if (bits === undefined || bits.used === 8) {
        bits = { byte: Buffer.alloc(1), used: 0 };
        fixed.push(bits.byte);
      }
      bits.byte[0] = (bits.byte[0] ?? 0) | (Number(cell) << bits.used++);
      continue;
    }
    const bytes = fixedBytes(column, cell);
    if (bytes === undefined) variable.push(variableBytes(column, cell));
    else fixed.push(bytes);
  }
  while (variable.at(-1)?.length === 0) variable.pop();
  const head = Buffer.concat(fixed);
  head[0] = variable.length > 0 ? 0x30 : 0x10;
  head.writeUInt16LE(head.length, 2);
  const count = Buffer.alloc(2);
  count.writeUInt16LE(ordered.length);
  const parts: Buffer[] = [head, count, bitmap];
  if (variable.length > 0) {
    const ends = Buffer.alloc(2 + 2 * variable.length);
    ends.writeUInt16LE(variable.length);
    let end = Buffer.concat(parts).length + ends.length;
    for (const [index, bytes] of variable.entries()) ends.writeUInt16LE((end += bytes.length), 2 + 2 * index);
    parts.push(ends, ...variable);
  }
  return Buffer.concat(parts);
}
