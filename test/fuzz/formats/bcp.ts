import bcp from "../../../src/extract/bcp/index.ts";
import { byteMutators } from "../bytes.ts";
import { fixtureSeeds } from "../fixtures.ts";
import { defineFormat, type Mutator } from "../format.ts";
import { tokenMutator } from "../tokens.ts";
import { xmlMutator } from "../xml.ts";

const words = [
  "SQLCHAR",
  "SQLNCHAR",
  "SQLINT",
  "SQLDECIMAL",
  "SQLVARIANT",
  "NativePrefix",
  "CharTerm",
  '"\\t"',
  '"\\r\\n"',
  '""',
  "0",
  "1",
  "2",
  "4",
  "8",
  "-1",
  "8000",
  "2147483647",
  "\t",
  "\r\n",
  "\n",
  "\0",
  "14.0",
];

/** Lengths of native fields that are not those of their values. */
const lengths: Mutator = (bytes, random) => {
  const copy = Buffer.from(bytes);
  if (copy.length < 8) return copy;
  const at = random.int(copy.length - 8);
  const value = random.pick([0, 1, 0x7fff_ffff, 0xffff_ffff, 0xffff_fffe, random.int(70_000)]);
  if (random.int(2) === 0) copy.writeUInt32LE(value, at);
  else copy.writeUInt16LE(value & 0xffff, at);
  return copy;
};

export default defineFormat({
  extractor: bcp,
  seeds: () => fixtureSeeds("bcp"),
  mutators: [tokenMutator(/\r\n|"[^"\n]*"|[\w.]+|[ \t]+|[^]/g, words), xmlMutator, lengths, ...byteMutators],
});
