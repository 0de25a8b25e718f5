/** Which columns of a change table are its own, and which are those of the table that it tells of. */
import type { RawValue } from "../../values/codec.ts";
import type { Fields } from "../events/changes.ts";
import { momentOf } from "../events/moment.ts";

export interface ChangeTableForm {
  /** A column of the change table's own; undefined where it is not there. */
  cell(row: Fields, name: string): RawValue | null | undefined;
  /** What the row holds of the table. */
  data(row: Fields): [string, RawValue | null][];
  /** When its transaction was committed, on the server's clock. */
  time(row: Fields): string | undefined;
  /** Does the mask say that the column was changed? */
  isChanged(row: Fields, name: string): boolean;
}

/** Of cdc.lsn_time_mapping, where an export joins it. */
const joined = new Set(["tran_begin_time", "tran_end_time", "tran_id", "tran_begin_lsn"]);

export function formOf(names: Iterable<string>): ChangeTableForm {
  const all = [...names];
  const byName = new Map(all.map((name) => [name.toLowerCase(), name]));
  const captured = all.filter((name) => !name.startsWith("__$") && !joined.has(name.toLowerCase()));
  const ordinals = new Map(captured.map((name, index) => [name, index]));
  const isCaptured = new Set(captured);
  const cell: ChangeTableForm["cell"] = (row, name) => {
    const own = byName.get(name);
    return own === undefined ? undefined : row.get(own);
  };
  return {
    cell,
    data: (row) => [...row].filter(([name]) => isCaptured.has(name) || !byName.has(name.toLowerCase())),
    time: (row) => {
      const value = cell(row, "tran_end_time");
      return value === null || value === undefined ? undefined : momentOf(value, { dateOrder: "ymd" }, "UTC");
    },
    isChanged: (row, name) => isBitSet(cell(row, "__$update_mask"), ordinals.get(name)),
  };
}

/** The first column is the lowest bit of the last byte. A mask that cannot be read shows no change. */
function isBitSet(mask: RawValue | null | undefined, ordinal: number | undefined): boolean {
  if (mask === null || mask === undefined || ordinal === undefined) return false;
  const bytes =
    mask instanceof Uint8Array ? Buffer.from(mask) : Buffer.from(String(mask).trim().replace(/^0x/i, ""), "hex");
  const byte = bytes[bytes.length - 1 - (ordinal >> 3)] ?? 0;
  return ((byte >> (ordinal & 7)) & 1) === 1;
}
