/** The addresses of `fusion/`: 495 organisations, the rows that were gathered of each, and what was right. No row says where it is from. */
import fs from "node:fs";
import path from "node:path";
import { parse } from "csv-parse/sync";
import type { Column } from "../../../src/schema/model.ts";
import { Unparsable, defaultConventions } from "../../../src/values/codec.ts";
import type { CanonicalValue } from "../../../src/values/codec.ts";
import { codecFor } from "../../../src/values/registry.ts";
import { makeTable } from "../../model.ts";

// Not from test/incident.ts: that needs vitest, and the script beside runs without it.
const folder = path.resolve("../shared/data/fusion/address");
export const hasAddresses = fs.existsSync(folder);

const names = ["legal_name", "address", "postcode", "borough", "latitude", "longitude"];
const words = { type: "nvarchar" as const, collation: "SQL_Latin1_General_CP1_CI_AS" };
export const table = makeTable(
  "Organisations",
  [
    { name: "ein" },
    ...names.map((name) => (name.endsWith("itude") ? { name, type: "float" as const } : { name, ...words })),
  ],
  ["ein"],
);

/** What was gathered of one cell of one organisation. */
export interface AddressItem {
  readonly column: Column;
  /** One a row, in the file's order: its value, and whether the row has coordinates; an empty field claims nothing. */
  readonly rows: readonly { readonly value: CanonicalValue; readonly isPlaced: boolean }[];
  readonly gold: CanonicalValue;
}

type Fields = Readonly<Record<string, string>>;

function read(file: string): Fields[] {
  return parse(fs.readFileSync(path.join(folder, file)), { columns: true, bom: true });
}

function valueOf(column: Column, text: string | undefined): CanonicalValue {
  const trimmed = (text ?? "").trim();
  const value = trimmed === "" ? null : codecFor(column).parse(trimmed, defaultConventions);
  return value instanceof Unparsable ? null : value;
}

export function readAddresses(): AddressItem[] {
  const rows = new Map<string, Fields[]>();
  for (const row of read("address_input_holo.csv"))
    rows.set(row["ein"] ?? "", [...(rows.get(row["ein"] ?? "") ?? []), row]);
  return read("flaten_input_record_address.csv").map(({ tid = "", attribute, correct_val: right }) => {
    const column = table.columns.find(({ name }) => name === attribute) as Column;
    const own = (rows.get(tid) ?? []).map((row) => ({
      value: valueOf(column, row[column.name]),
      isPlaced: (row["latitude"] ?? "").trim() !== "",
    }));
    return { column, rows: own.filter(({ value }) => value !== null), gold: valueOf(column, right) };
  });
}
