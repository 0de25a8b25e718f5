import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import iconv from "iconv-lite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { hasUndecodable, readText, type TextChunk, toBytes } from "../../src/extract/text/decode.ts";
import { findEncoding } from "../../src/extract/text/encodings.ts";
import { evidenceFile } from "./harness.ts";

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(os.tmpdir(), "text-"))));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(bytes: Uint8Array, encoding?: string): Promise<TextChunk[]> {
  const file = path.join(folder, "input");
  writeFileSync(file, bytes);
  const chunks: TextChunk[] = [];
  for await (const chunk of readText(evidenceFile(file, folder), { encoding })) chunks.push(chunk);
  return chunks;
}

async function readWhole(bytes: Uint8Array, encoding?: string): Promise<string> {
  return (await read(bytes, encoding)).map(({ text }) => text).join("");
}

function decodeInPieces(bytes: Buffer, encoding: string, size: number): { text: string; oddByte: number[] } {
  const decoder = findEncoding(encoding).decoder();
  let text = "";
  for (let at = 0; at < bytes.length; at += size) text += decoder.write(Buffer.from(bytes.subarray(at, at + size)));
  const final = decoder.end();
  return { text: text + final.text, oddByte: final.oddByte === undefined ? [] : [final.oddByte] };
}

const encodings = (
  "utf-8 utf-16le utf-16be ascii windows-1252 windows-1251 cp437 cp850 iso-8859-1 macintosh viscii cp864 " +
  "shift_jis cp932 gbk gb18030 big5hkscs euc-kr cp949 euc-jp"
).split(" ");
/** Two of their bytes mean one character. */
const ambiguousEncodings = ["armscii8", "cp1161"];

/** Bytes at random hit few characters of two bytes or more; mixed with real text they do. */
function mixedBytes(encoding: string): fc.Arbitrary<Buffer> {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom("a,b\r\n", "Ünïcødé", "データ、表", "表ソ", "Ω→", "한국어", "😀", '"\\~')
      .map((text) => iconv.encode(text, encoding)),
  );
  return fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.concat(pieces));
}

describe("no byte is lost", () => {
  test.each([...encodings, ...ambiguousEncodings])(
    "%s: what is decoded, in pieces of any size, leads back to the exact bytes",
    (encoding) => {
      fc.assert(
        fc.property(mixedBytes(encoding), fc.integer({ min: 1, max: 9 }), (bytes, size) => {
          const { text, oddByte } = decodeInPieces(bytes, encoding, size);
          expect([...toBytes(text, encoding), ...oddByte]).toEqual([...bytes]);
          expect(text).toBe(decodeInPieces(bytes, encoding, 1000).text);
        }),
        { numRuns: 300 },
      );
    },
  );

  test.each(encodings)(
    "%s: text that the encoding can hold is read as it was, and nothing of it is undecodable",
    (encoding) => {
      fc.assert(
        fc.property(fc.string({ unit: "binary" }), (sample) => {
          const bytes = iconv.encode(sample, encoding);
          const text = iconv.decode(bytes, encoding, { stripBOM: false });
          fc.pre(!text.includes("\uFFFD") && iconv.encode(text, encoding).equals(bytes));
          expect(decodeInPieces(bytes, encoding, 7).text).toBe(text);
          expect(hasUndecodable(text, encoding)).toBe(false);
        }),
      );
    },
  );

  test.each(["utf-8", "cp932", "windows-1252"])(
    "GOTCHAS 35: %s carries bytes that do not decode, never as U+FFFD",
    async (encoding) => {
      const bytes = Buffer.concat([Buffer.from("a,"), Buffer.of(0x81, 0xff), Buffer.from("\nb")]);
      const text = await readWhole(bytes, encoding);
      expect(text).not.toContain("\uFFFD");
      expect(hasUndecodable(text, encoding)).toBe(true);
      expect(Buffer.from(toBytes(text, encoding))).toEqual(bytes);
    },
  );

  test.each([
    ["a well-formed surrogate pair", "😀 \u{10FC80}", false],
    ["a carried byte", "a\uDC80", true],
    ["a carried byte right after a pair", "\u{10FC80}\uDCFF", true],
    ["a carried byte between pairs", "😀\uDC80😀", true],
  ])("hasUndecodable of %s", (_, text, expected) => {
    expect(hasUndecodable(text, "utf-8")).toBe(expected);
  });

  test("an encoded surrogate (CESU-8) is no UTF-8 character: three bytes, each carried", async () => {
    expect(await readWhole(Buffer.of(0x61, 0xed, 0xa0, 0x80, 0x62))).toBe("a\uDCED\uDCA0\uDC80b");
  });

  test("UTF-16: a lone surrogate is data, an odd last byte is told", async () => {
    const chunks = await read(Buffer.of(0xff, 0xfe, 0x00, 0xdc, 0x61, 0x00, 0x0a));
    expect(chunks.map(({ text }) => text).join("")).toBe("\uDC00a");
    expect(chunks.at(-1)).toMatchObject({ oddByte: 0x0a, cut: "the file ends in the middle of a UTF-16 code unit" });
  });
});

describe("which encoding", () => {
  test.each([
    ["UTF-8 with a byte order mark", [0xef, 0xbb, 0xbf, 0xc3, 0xa9], undefined, "é", "utf-8", "bom", 3],
    ["UTF-16LE with a byte order mark", [0xff, 0xfe, 0xe9, 0x00], undefined, "é", "utf-16le", "bom", 2],
    ["UTF-16BE with a byte order mark", [0xfe, 0xff, 0x00, 0xe9], undefined, "é", "utf-16be", "bom", 2],
    ["utf-16 declared: the mark gives the order", [0xfe, 0xff, 0x00, 0xe9], "utf-16", "é", "utf-16be", "declared", 2],
    ["no mark, none declared", [0xc3, 0xa9], undefined, "é", "utf-8", "default", 0],
    ["declared, no mark", [0xe9, 0x00], "UTF-16LE", "é", "UTF-16LE", "declared", 0],
    ["declared and marked", [0xef, 0xbb, 0xbf, 0x61], "UTF8", "a", "utf-8", "declared", 3],
    ["the OEM code page", [0x82], "cp437", "é", "cp437", "declared", 0],
    ["one byte", [0x61], undefined, "a", "utf-8", "default", 0],
  ] as const)("%s", async (_, bytes, declared, text, encoding, settledBy, offset) => {
    for (const input of [Buffer.from(bytes), gzipSync(Buffer.from(bytes))])
      expect(await read(input, declared)).toMatchObject([{ text, encoding, settledBy, offset }]);
  });

  test("a second mark inside the file is data", async () => {
    expect(await readWhole(Buffer.from("\uFEFFa\uFEFFb"))).toBe("a\uFEFFb");
  });

  test.each([
    ["windwos-1252", /Did you mean windows-1252/],
    ["base64", /encoding "base64" is not known/],
    ["utf-7", /is not known/],
    ["", /is not known/],
  ])("an unknown encoding %j is an error that names the file", async (encoding, message) => {
    const error = await read(Buffer.from("a"), encoding).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(message);
    expect((error as UserError).where).toEqual({ file: "input" });
  });

  test.each(["utf-16le", "utf-16be"])(
    "GOTCHAS 35: %s without a byte order mark is not read as UTF-8",
    async (encoding) => {
      const bytes = iconv.encode("INSERT Notes (Id) VALUES (1)", encoding);
      await expect(read(bytes)).rejects.toThrow(`looks like ${encoding}`);
      expect(await readWhole(bytes, encoding)).toBe("INSERT Notes (Id) VALUES (1)");
      expect(await readWhole(bytes, "utf-8")).toHaveLength(bytes.length);
    },
  );

  test("NUL characters here and there are data", async () => {
    expect(await readWhole(Buffer.from("1\t\0\t\0\r\n"))).toBe("1\t\0\t\0\r\n");
  });

  test("a byte order mark that contradicts the declared encoding is an error", async () => {
    await expect(read(Buffer.of(0xff, 0xfe, 0x61, 0), "windows-1252")).rejects.toThrow(/byte order mark of utf-16le/);
  });

  test("a file that is not there is an error with its name", async () => {
    const file = { path: path.join(folder, "absent.csv"), name: "absent.csv", bytes: 0, sha256: "" };
    await expect(readText(file, {}).next()).rejects.toThrow(/^absent\.csv: the file cannot be opened/);
  });

  test("an empty file has no chunk", async () => {
    expect(await read(Buffer.alloc(0))).toEqual([]);
  });
});

describe("gzip", () => {
  const content = Array.from({ length: 40_000 }, (_, line) => `${line},${(line * 7919) % 10_007}\n`).join("");

  test.each([1, 100, 200_000])("with %i zeros behind its end, as tapes have them, is read, and ends", async (zeros) => {
    const chunks = await read(Buffer.concat([gzipSync("a,b"), Buffer.alloc(zeros)]));
    expect(chunks.map(({ text }) => text).join("")).toBe("a,b");
    expect(chunks.at(-1)?.cut).toBeUndefined();
  });

  test("is told by its content, and two members are one text", async () => {
    const whole = await readWhole(Buffer.concat([gzipSync(content), gzipSync("end")]));
    expect(whole).toBe(`${content}end`);
  });

  test("offsets count decompressed bytes, and progress compressed ones", async () => {
    const packed = gzipSync(`é${content}`);
    const chunks = await read(packed);
    let offset = 0;
    for (const chunk of chunks) {
      expect(chunk.offset).toBe(offset);
      offset += Buffer.byteLength(chunk.text);
    }
    expect(chunks.at(-1)?.bytesRead).toBe(packed.length);
  });

  test("one that ends early gives what came and says so", async () => {
    const packed = gzipSync(content);
    const chunks = await read(packed.subarray(0, packed.length / 2));
    const text = chunks.map((chunk) => chunk.text).join("");
    expect(content.startsWith(text)).toBe(true);
    expect(text.length).toBeGreaterThan(content.length / 4);
    expect(chunks.at(-1)?.cut).toBe("the gzip data is damaged (unexpected end of file)");
  });

  test("one with a wrong checksum gives the whole text and says so", async () => {
    const packed = gzipSync(content);
    packed.writeUInt8(packed.readUInt8(packed.length - 6) ^ 1, packed.length - 6);
    const chunks = await read(packed);
    expect(chunks.map((chunk) => chunk.text).join("")).toBe(content);
    expect(chunks.at(-1)?.cut).toBe("the gzip data is damaged (incorrect data check)");
  });

  test("one damaged in the middle gives what stood before the damage", async () => {
    const packed = gzipSync(content);
    const middle = Math.floor(packed.length / 2);
    packed.fill(0xff, middle, middle + 64);
    const chunks = await read(packed);
    expect(chunks.at(-1)?.cut).toMatch(/^the gzip data is damaged/);
    expect(
      chunks
        .map((chunk) => chunk.text)
        .join("")
        .slice(0, 10_000),
    ).toBe(content.slice(0, 10_000));
  });
});

test("reading stops when it is told to", async () => {
  const file = path.join(folder, "input");
  writeFileSync(file, "x".repeat(600_000));
  const abort = new AbortController();
  const chunks = readText(evidenceFile(file, folder), { signal: abort.signal });
  expect((await chunks.next()).done).toBe(false);
  abort.abort();
  await expect(chunks.next()).rejects.toThrow(/abort/i);
});
