/** Compressed files as streams: all that comes before damage is delivered, and the damage is told. */
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { orders } from "../../fixtures/extract/containers/orders.ts";
import { readBytes } from "../../src/extract/containers/bytes.ts";
import { wholeFile } from "../../src/extract/containers/whole-file.ts";
import { isNamedAs } from "../../src/extract/records/route.ts";
import { evidenceFile } from "./harness.ts";
import { temporaryFolder } from "../incident.ts";

const fixtures = path.join(import.meta.dirname, "../../fixtures/extract/containers");
const folder = temporaryFolder();
const fixture = (name: string): Buffer => fs.readFileSync(path.join(fixtures, name));

interface Content {
  readonly bytes: Buffer;
  readonly cut: string | undefined;
  readonly largest: number;
}

function fileOf(bytes: Uint8Array): ReturnType<typeof evidenceFile> {
  const file = path.join(folder, "input");
  fs.writeFileSync(file, bytes);
  return evidenceFile(file, folder);
}

async function read(bytes: Uint8Array): Promise<Content> {
  const pieces: Buffer[] = [];
  let cut: string | undefined;
  for await (const chunk of readBytes(fileOf(bytes))) {
    expect(cut).toBeUndefined();
    pieces.push(Buffer.from(chunk.bytes));
    ({ cut } = chunk);
  }
  return { bytes: Buffer.concat(pieces), cut, largest: Math.max(0, ...pieces.map(({ length }) => length)) };
}

const many = Buffer.from(orders(6000));
const few = Buffer.from(orders(3));

describe("what the tools write comes out whole", () => {
  test.each([
    ["blocks.bz2", [many]],
    ["streams.bz2", [few, many]],
    ["checksum.zst", [many]],
    ["piped.zst", [many]],
    ["frames.zst", [many, few]],
    ["unchecked.zst", [few]],
  ])("%s", async (name, content) => {
    const { bytes, cut, largest } = await read(fixture(name));
    expect(bytes.equals(Buffer.concat(content))).toBe(true);
    expect(cut).toBeUndefined();
    expect(largest).toBeLessThanOrEqual(64 * 1024);
  });

  test.each(["streams.bz2", "frames.zst"])("%s with zeros behind it, as tapes leave them", async (name) => {
    const { bytes, cut } = await read(Buffer.concat([fixture(name), Buffer.alloc(100_000)]));
    expect(bytes.equals((await read(fixture(name))).bytes)).toBe(true);
    expect(cut).toBeUndefined();
  });

  it("gzip with zeros behind it does not hang", async () => {
    const { bytes, cut } = await read(Buffer.concat([gzipSync(few), Buffer.alloc(200_000)]));
    expect([bytes.equals(few), cut]).toEqual([true, undefined]);
  });

  test.each([["BZh9 is how this text begins\n"], ["BZ"], ["\u001f"], [""]])(
    "%j is no compressed file",
    async (text) => {
      expect(await read(Buffer.from(text))).toMatchObject({ bytes: Buffer.from(text), cut: undefined });
    },
  );
});

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 0x10, at);
  return copy;
}

describe("what is damaged says so", () => {
  test.each([
    ["a bzip2 block's checksum", flip(fixture("blocks.bz2"), 10), 0, "the bzip2 data is damaged (a checksum is wrong)"],
    ["a later bzip2 block", flip(fixture("blocks.bz2"), 60_000), 90_000, /^the bzip2 data is damaged/],
    [
      "a bzip2 stream's checksum",
      flip(fixture("blocks.bz2"), fixture("blocks.bz2").length - 3),
      many.length,
      /^the bzip2 data is damaged/,
    ],
    [
      "a zstd checksum",
      flip(fixture("checksum.zst"), fixture("checksum.zst").length - 2),
      many.length,
      "the zstd data is damaged (a checksum is wrong)",
    ],
    [
      "bzip2 with something behind",
      Buffer.concat([fixture("few.bz2"), Buffer.from("what?")]),
      few.length,
      /something else follows its end/,
    ],
    [
      "zstd with something behind",
      Buffer.concat([fixture("unchecked.zst"), Buffer.from("something")]),
      few.length,
      /something else follows its end/,
    ],
  ])("%s", async (_, bytes, least, cut) => {
    const content = await read(bytes);
    expect(content.cut).toMatch(cut);
    expect(content.bytes.length).toBeGreaterThanOrEqual(least);
  });

  it("a zstd frame that needs a window of 2 GB takes no memory, and says what to do", async () => {
    const { cut } = await read(Buffer.from("28b52ffd00a8010000", "hex"));
    expect(cut).toBe("the zstd data is damaged (its window of 2048 MiB is too large: unpack it yourself)");
  });
});

describe("cut anywhere, what came before comes out, and no more", () => {
  test.each([
    ["blocks.bz2", many, [], 130_000],
    ["streams.bz2", Buffer.concat([few, many]), [fixture("few.bz2").length], 130_000],
    ["checksum.zst", many, [], 140_000],
    ["frames.zst", Buffer.concat([many, few]), [12, 12 + fixture("checksum.zst").length], 140_000],
  ] as const)("%s", async (name, content, ends: readonly number[], held) => {
    const packed = fixture(name);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 12, max: packed.length - 1 }), async (length) => {
        const { bytes, cut } = await read(packed.subarray(0, length));
        expect(content.subarray(0, bytes.length).equals(bytes)).toBe(true);
        // Where one stream or frame ends and the next has not begun, nothing shows that more was there.
        expect(cut ?? "").toMatch(
          ends.includes(length) ? /^$/ : /unexpected end of file|something else follows its end/,
        );
        expect(bytes.length).toBeGreaterThan((content.length * length) / packed.length - held);
      }),
      { numRuns: 20 },
    );
  });

  it("gzip of anything", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (content, share) => {
          const packed = gzipSync(content);
          const length = 2 + Math.floor((packed.length - 3) * share);
          const { bytes, cut } = await read(packed.subarray(0, length));
          expect(Buffer.from(content.subarray(0, bytes.length)).equals(bytes)).toBe(true);
          expect(cut).toMatch(/^the gzip data is damaged/);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("with any bytes changed it neither throws nor hangs", () => {
  test.each(["few.bz2", "blocks.bz2", "unchecked.zst", "checksum.zst", "frames.zst"])("%s", async (name) => {
    const packed = fixture(name);
    const { bytes: whole } = await read(packed);
    const change = fc.tuple(fc.integer({ min: 10, max: packed.length - 1 }), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const changed = Buffer.from(packed);
        for (const [at, byte] of changes) changed.writeUInt8(byte, at);
        const { bytes, cut } = await read(changed);
        // A frame without checksum shows no damage but in its structure.
        const isVerified = /bz2|^checksum/.test(name);
        expect(cut !== undefined || bytes.equals(whole) || !isVerified).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});

describe("bombs", () => {
  it("a file that expands like no table does is refused, in bounded memory", async () => {
    const bomb = gzipSync(Buffer.alloc(300 << 20), { level: 9 });
    const readAll = async (): Promise<void> => {
      for await (const { bytes } of readBytes(fileOf(bomb))) expect(bytes.length).toBeLessThanOrEqual(64 * 1024);
    };
    await expect(readAll()).rejects.toThrow(/looks like a decompression bomb.*unpack it yourself/);
  });
});

describe("whole files", () => {
  it("what is stored plain is read where it lies, what is compressed from a copy that goes away", async () => {
    const { signal } = new AbortController();
    const plain = await wholeFile(fileOf(few), signal);
    expect(plain.path).toBe(path.join(folder, "input"));
    for (const name of ["few.bz2", "unchecked.zst"]) {
      const whole = await wholeFile(fileOf(fixture(name)), signal);
      expect(fs.readFileSync(whole.path).equals(few)).toBe(true);
      await whole.remove();
      expect(fs.existsSync(whole.path)).toBe(false);
    }
  });
});

test.each(["Orders.csv.gz", "orders.CSV.bz2", "x/Orders.csv.zst", "Orders.zstd", "Orders.csv"])(
  "%s is called as the table Orders",
  (name) => {
    expect(isNamedAs({ path: "", name, bytes: 0, sha256: "" }, "Orders")).toBe(true);
  },
);
