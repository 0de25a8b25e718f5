/** Files that the tests and the fixtures of parquet have in common. */
import { byteArray, int32, int64, int96, type WrittenColumn } from "./parquet-writer.ts";

const julian1970 = 2_440_588;
export const id = (groups: WrittenColumn["groups"]): WrittenColumn => ({
  name: "id",
  type: "INT32",
  isRequired: true,
  groups,
});

/** A value and a NULL. */
const optional = (
  name: string,
  type: WrittenColumn["type"],
  value: Buffer,
  more: Partial<WrittenColumn> = {},
): WrittenColumn => ({
  name,
  type,
  groups: [[{ values: [value, null] }]],
  ...more,
});

/** A value of every kind of annotation, and a NULL of each. */
export const annotated: readonly WrittenColumn[] = [
  optional("moment", "INT64", int64(1_772_366_400_123n), { converted: 9 }),
  optional("local", "INT64", int64(-1n), { logical: { 8: { 1: false, 2: { 3: {} } } } }),
  optional("int96", "INT96", int96(julian1970 + 1, 86_399_999_999_999n)),
  optional("unsigned", "INT64", int64(-1n), { converted: 14 }),
  optional("money", "BYTE_ARRAY", byteArray(Buffer.from("ff85ee", "hex")), { converted: 5, scale: 4 }),
  optional("fixed", "FIXED_LEN_BYTE_ARRAY", Buffer.alloc(16, 0xff), {
    typeLength: 16,
    converted: 5,
    scale: 38,
  }),
  optional("half", "FIXED_LEN_BYTE_ARRAY", Buffer.of(0x01, 0x3c), { typeLength: 2, logical: { 15: {} } }),
  optional("uuid", "FIXED_LEN_BYTE_ARRAY", Buffer.alloc(16, 0xab), { typeLength: 16, logical: { 14: {} } }),
  optional("bson", "BYTE_ARRAY", byteArray(Buffer.of(5, 0, 0, 0, 0)), { converted: 20 }),
  optional("old", "BYTE_ARRAY", byteArray("Zoë")),
  optional("empty", "BYTE_ARRAY", byteArray(""), { converted: 0 }),
  optional("far", "INT64", int64(2n ** 63n - 1n), { converted: 10 }),
  optional("day", "INT32", int32(-719_528), { converted: 6 }),
  optional("clock", "INT32", int32(86_399_999), { converted: 7 }),
];

/** Row groups of pages of so many numbers, and of texts beside them. */
export function twoColumns(groups: number, pages: number, rows = 100): WrittenColumn[] {
  const numbers = (group: number, page: number) =>
    Array.from({ length: rows }, (_, row) => (group * pages + page) * rows + row);
  const grid = <T>(each: (group: number, page: number) => T) =>
    Array.from({ length: groups }, (_, group) => Array.from({ length: pages }, (__, page) => each(group, page)));
  return [
    id(grid((group, page) => ({ values: numbers(group, page).map((number) => int32(number)) }))),
    {
      name: "name",
      type: "BYTE_ARRAY",
      converted: 0,
      groups: grid((group, page) => ({
        values: numbers(group, page).map((number) => (number % 10 === 3 ? null : byteArray(`name ${number}`))),
      })),
    },
  ];
}

/** Changes a byte of the first such text. */
export function damage(bytes: Buffer, text: string): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.indexOf(text)] = 0xff;
  return copy;
}
