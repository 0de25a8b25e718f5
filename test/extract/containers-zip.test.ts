/** Zip archives as folders of files: sound, damaged, hostile. */
import fs from "node:fs";
import path from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { orders } from "../../fixtures/extract/containers/orders.ts";
import { expandArchives } from "../../src/extract/containers/archives.ts";
import { readBytes } from "../../src/extract/containers/bytes.ts";
import { wholeFile } from "../../src/extract/containers/whole-file.ts";
import type { EvidenceFile } from "../../src/extract/extractor.ts";
import { temporaryFolder } from "../incident.ts";
import { buildZip, type BuiltMember, layOutZip } from "../support/zip-builder.ts";
import { evidenceFile } from "./harness.ts";

const fixtures = path.join(import.meta.dirname, "../../fixtures/extract/containers");
const folder = temporaryFolder();
const many = orders(6000);
const few = orders(3);

async function textOf(file: EvidenceFile): Promise<{ text: string; cut: string | undefined }> {
  const pieces: Buffer[] = [];
  let cut: string | undefined;
  for await (const chunk of readBytes(file)) {
    pieces.push(Buffer.from(chunk.bytes));
    ({ cut } = chunk);
  }
  return { text: Buffer.concat(pieces).toString("utf8"), cut };
}

interface Opened {
  readonly files: EvidenceFile[];
  readonly names: string[];
  readonly losses: readonly string[];
  /** By name: the content, and behind " | " why there is no more. */
  readonly content: Record<string, string>;
}

async function openFile(file: EvidenceFile, patterns?: readonly string[]): Promise<Opened> {
  const files = await expandArchives([file], patterns);
  const content: Record<string, string> = {};
  for (const each of files) {
    const { text, cut } = await textOf(each);
    content[each.name] = cut === undefined ? text : `${text} | ${cut}`;
  }
  return {
    files,
    names: files.map(({ name }) => name),
    losses: files.flatMap((each) => each.archiveLosses ?? []),
    content,
  };
}

function open(bytes: Uint8Array, patterns?: readonly string[], name = "a.zip"): Promise<Opened> {
  const file = path.join(folder, name);
  fs.writeFileSync(file, bytes);
  return openFile(evidenceFile(file, folder), patterns);
}

const fixture = (name: string, patterns?: readonly string[]): Promise<Opened> =>
  openFile(evidenceFile(path.join(fixtures, name), fixtures), patterns);

const csv: BuiltMember = { name: "a.csv", content: "a\n1\n" };

describe("what the tools write", () => {
  it("Info-ZIP: members by name, with the moment that its extended timestamp says", async () => {
    const { files, content, losses } = await fixture("infozip.zip");
    expect(content).toEqual({ "infozip.zip/few.csv": few, "infozip.zip/orders.csv": many });
    expect(losses).toEqual([]);
    expect(files.map(({ modified }) => modified)).toEqual([1_773_453_600_000, 1_773_453_600_000]);
    expect(new Set(files.map(({ sha256 }) => sha256)).size).toBe(1);
  });

  it("a member from a pipe, whose sizes stand behind it", async () => {
    expect((await fixture("streamed.zip")).content).toEqual({ "streamed.zip/-": many });
  });

  it("bzip2 as a method, and a member that is a gzip file, are read; LZMA is told as a loss", async () => {
    const { content, losses } = await fixture("python.zip");
    expect(content).toEqual({ "python.zip/orders.csv": many, "python.zip/few.csv.gz": few });
    expect(losses).toEqual([
      expect.stringMatching(
        /^python\.zip: the member "lzma\.csv" is not read: it is compressed by LZMA \(method 14\) \(\d+ bytes from byte \d+ of the archive on\); unpack it/,
      ),
    ]);
  });

  it("an encrypted member is told as a loss, the others are read", async () => {
    const { content, losses } = await fixture("encrypted.zip");
    expect(Object.keys(content)).toEqual(["encrypted.zip/orders.csv"]);
    expect(losses).toEqual([
      expect.stringContaining('"few.csv" is not read: it is encrypted; unpack it with its password'),
    ]);
  });

  it("a member by zstd, one of zip64 sizes, a stored one", async () => {
    const packed = fs.readFileSync(path.join(fixtures, "checksum.zst"));
    const bytes = buildZip(
      { name: "z.csv", content: many, method: 93, packed },
      { name: "big.csv", content: few, zip64: true },
      { name: "stored.csv", content: few, method: 0 },
    );
    expect((await open(bytes)).content).toEqual({ "a.zip/z.csv": many, "a.zip/big.csv": few, "a.zip/stored.csv": few });
  });
});

describe("which members are read", () => {
  const nightly = buildZip(
    { name: "2026/", content: "", method: 0 },
    { name: "2026/Orders.csv", content: "1" },
    { name: "2026/old/Orders.csv", content: "2" },
    { name: "readme.txt", content: "3" },
    { name: "__MACOSX/._readme.txt", content: "4" },
    { name: "2026/.DS_Store", content: "5" },
  );

  test.each([
    [undefined, ["2026/Orders.csv", "2026/old/Orders.csv", "readme.txt"]],
    [["*.txt"], ["readme.txt"]],
    [["*/*.csv"], ["2026/Orders.csv"]],
    [["**.csv"], ["2026/Orders.csv", "2026/old/Orders.csv"]],
    [["**/orders.csv"], ["2026/Orders.csv", "2026/old/Orders.csv"]],
    [
      ["2026/old/Order?.csv", "readme.txt"],
      ["2026/old/Orders.csv", "readme.txt"],
    ],
  ])("members: %j", async (patterns, expected) => {
    const { names } = await open(nightly, patterns);
    expect(names).toEqual(expected.map((name) => `a.zip/${name}`));
  });

  it("an archive is what is called .zip, or what the source says has members: a spreadsheet stays one file", async () => {
    expect((await open(nightly, undefined, "book.xlsx")).names).toEqual(["book.xlsx"]);
    expect((await open(nightly, ["readme.txt"], "book.xlsx")).names).toEqual(["book.xlsx/readme.txt"]);
    expect((await open(Buffer.from("a,b\n"), undefined, "really.zip")).names).toEqual(["really.zip"]);
  });

  test.each([
    [
      "no match",
      nightly,
      ["x*.csv"],
      /a\.zip: no member of the archive matches x\*\.csv\. .*it holds 2026\/Orders\.csv/,
    ],
    ["an empty archive", buildZip(), undefined, /a\.zip: no member of the archive is a file/],
    ["members of no archive", Buffer.from("a,b\n"), ["*.csv"], /`members` chooses from zip archives, and none/],
    [
      "an archive in an archive",
      buildZip({ name: "in.zip", content: nightly }),
      undefined,
      /"in\.zip" is not read: it is an archive itself; unpack it/,
    ],
  ])("%s is an error", async (_, bytes, patterns, message) => {
    await expect(open(bytes, patterns)).rejects.toThrow(message);
  });

  it("two members of one name are both kept, and keep the base name that tells the table", async () => {
    const { content } = await open(buildZip({ ...csv, content: "1" }, { ...csv, content: "2" }));
    expect(content).toEqual({ "a.zip/a.csv": "1", "a.zip/(2)/a.csv": "2" });
  });

  test.each([
    [Buffer.from("Käufer.csv"), true, "Käufer.csv"],
    [Buffer.from("Käufer.csv"), false, "Käufer.csv"],
    [Buffer.from([0x4b, 0x84, 0x75, 0x66, 0x65, 0x72]), false, "Käufer"],
    [Buffer.from("sales\\2026\\a.csv"), false, "sales/2026/a.csv"],
  ])("the name %o (UTF-8: %j) is %s", async (name, utf8, expected) => {
    expect((await open(buildZip({ name, utf8, content: "1" }))).names).toEqual([`a.zip/${expected}`]);
  });
});

describe("path tricks are refused, the rest is read", () => {
  test.each([
    ["../../etc/passwd", "leads out of the archive"],
    ["a/../../b.csv", "leads out of the archive"],
    [String.raw`..\..\b.csv`, "leads out of the archive"],
    ["/etc/passwd", "is an absolute path"],
    ["C:evil.csv", "is an absolute path"],
    [String.raw`\\server\share\a.csv`, "is an absolute path"],
    ["a.csv\0.txt", "holds control characters"],
    ["a\n.csv", "holds control characters"],
  ])("%j", async (name, why) => {
    const { names, losses } = await open(buildZip({ ...csv, name }, csv), ["a.csv"]);
    expect(names).toEqual(["a.zip/a.csv"]);
    const shown = JSON.stringify(name.replaceAll("\\", "/"));
    expect(losses).toEqual([`a.zip: the member ${shown} is not read: its name ${why}`]);
  });
});

describe("bombs", () => {
  it("members that lie over one another are refused", async () => {
    await expect(open(buildZip(csv, { ...csv, name: "b.csv", sameAs: 0 }))).rejects.toThrow(
      /members "a\.csv" and "b\.csv" lie over one another, as in a decompression bomb/,
    );
  });

  it("one that expands like no table does is refused, whatever size it declares", async () => {
    const packed = deflateRawSync(Buffer.alloc(300 << 20), { level: 9 });
    await expect(open(buildZip({ ...csv, packed }))).rejects.toThrow(
      /a\.zip\/a\.csv: it looks like a decompression bomb/,
    );
  });
});

describe("damage", () => {
  test.each([
    [
      "a wrong checksum",
      { ...csv, claimed: { crc32: 1 } },
      "a\n1\n | its checksum is wrong: what was read of it may be damaged",
    ],
    ["a wrong size", { ...csv, claimed: { size: 3 } }, "a\n1\n | it has 4 bytes where the archive declares 3"],
    [
      "content that is not deflated",
      { ...csv, packed: Buffer.from([7, 7, 7]) },
      " | the deflated data is damaged (invalid block type)",
    ],
    [
      "gzip inside that is cut",
      { ...csv, name: "a.csv.gz", content: gzipSync("a\n1\n").subarray(0, 15), method: 0 },
      "a\n1\n | the gzip data is damaged (unexpected end of file)",
    ],
  ])("%s: what comes out is read, and the damage told", async (_, member, expected) => {
    expect(Object.values((await open(buildZip(member))).content)).toEqual([expected]);
  });

  it("a local header that is not where the directory says", async () => {
    const { bytes, at } = layOutZip([csv, { ...csv, name: "b.csv" }]);
    bytes.fill(0, at[1], (at[1] as number) + 4);
    expect((await open(bytes)).content).toEqual({
      "a.zip/a.csv": "a\n1\n",
      "a.zip/b.csv": " | it is not where the archive's directory says",
    });
  });

  it("an archive without its end: members before the cut are whole, the one at the cut is told", async () => {
    const { bytes, at } = layOutZip([
      { name: "a.csv", content: many },
      { name: "b.csv", content: few, streamed: true },
      { name: "c.csv", content: many },
    ]);
    const { content, losses } = await open(bytes.subarray(0, (at[2] as number) + 50_000));
    expect(content["a.zip/a.csv"]).toBe(many);
    expect(content["a.zip/b.csv"]).toBe(few);
    const [text = "", cut] = (content["a.zip/c.csv"] ?? "").split(" | ");
    expect(cut).toBe("the archive ends in the middle of it");
    expect(many.startsWith(text) && text.length > 50_000).toBe(true);
    expect(losses).toEqual([
      expect.stringMatching(/^a\.zip: the archive is cut short or damaged.*others may be missing/),
    ]);
  });

  it("real tools' archives, cut at half", async () => {
    for (const name of ["infozip.zip", "streamed.zip"]) {
      const bytes = fs.readFileSync(path.join(fixtures, name));
      const [content = ""] = Object.values((await open(bytes.subarray(0, bytes.length / 2))).content);
      const [text = "", cut] = content.split(" | ");
      expect(many.startsWith(text) && text.length > many.length / 3).toBe(true);
      expect(cut).toBe("the archive ends in the middle of it");
    }
  });
});

/** What is wrong with the reading of an archive that was cut. */
function problemsOf(read: Opened | Error, members: readonly BuiltMember[], isInDirectory: boolean): string[] {
  if (read instanceof Error) return /nothing of the archive can be read/.test(read.message) ? [] : [read.message];
  const problems = read.losses.length === 1 ? [] : ["the loss is not told once"];
  for (const { name, content } of members) {
    const [text = "", told] = (read.content[`a.zip/${String(name)}`] ?? " | missing").split(" | ");
    if (!String(content).startsWith(text) && told === undefined) problems.push(`${String(name)}: made up`);
    if (text !== content && (told === undefined || isInDirectory)) problems.push(`${String(name)}: not whole`);
  }
  return problems;
}

describe("any archive, cut anywhere", () => {
  const member = fc.record({
    name: fc.stringMatching(/^[a-z]{1,8}\.csv$/),
    content: fc.string({ maxLength: 400 }).map((text) => text.repeat(3).replaceAll("|", "")),
    method: fc.constantFrom(0, 8),
    streamed: fc.boolean(),
  });

  it("whole it gives its members; cut it gives a prefix of each, and says so", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(member, { minLength: 1, maxLength: 4, selector: ({ name }) => name }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (members, share) => {
          const { bytes, directory } = layOutZip(members);
          const whole = await open(bytes);
          for (const { name, content } of members) expect(whole.content[`a.zip/${name}`]).toBe(content);
          const length = 4 + Math.floor((bytes.length - 5) * share);
          const cut = await open(bytes.subarray(0, length)).catch((error: Error) => error);
          expect(problemsOf(cut, members, length >= directory)).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("with bytes changed it ends in content or a UserError", async () => {
    const { bytes } = layOutZip([
      csv,
      { name: "b.csv", content: few, streamed: true },
      { name: "c.csv", content: few, zip64: true },
    ]);
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const changed = Buffer.from(bytes);
        for (const [at, byte] of changes) changed.writeUInt8(byte, at);
        const result = await open(changed).catch((error: Error) => error);
        expect(result instanceof Error ? result.name : "UserError").toBe("UserError");
      }),
      { numRuns: 150 },
    );
  });
});

it("a member is handed over as a whole file where a format needs that", async () => {
  const { files } = await open(buildZip({ name: "a.parquet", content: few }));
  const whole = await wholeFile(files[0] as EvidenceFile, new AbortController().signal);
  expect(fs.readFileSync(whole.path, "utf8")).toBe(few);
  await whole.remove();
});
