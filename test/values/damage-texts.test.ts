import Database from "better-sqlite3";
import { faker } from "@faker-js/faker";
import * as fc from "fast-check";
import iconv from "iconv-lite";
import fs from "node:fs";
import { describe, expect, it } from "vitest";
import { codePage } from "../../src/values/code-page.ts";
import { damageBetween } from "../../src/values/damage/between.ts";
import type { DamageKind } from "../../src/values/damage/damage.ts";
import { typeOf } from "./support.ts";

const type = typeOf("nvarchar(400)");
const latin = damageBetween({ type });

function kindOf(candidate: string, intact: string, collation?: string): DamageKind | undefined {
  return damageBetween({ type, collation })(candidate, intact)?.kind;
}

type Case = readonly [candidate: string, intact: string, kind: DamageKind | undefined];

const spreadsheet: readonly Case[] = [
  ["123", "00123", "leading-zeros"],
  ["0", "000", "leading-zeros"],
  ["123  ", "00123", "leading-zeros"],
  ["00123", "123", undefined],
  ["123", "001234", undefined],
  ["123", "A0123", undefined],
  ["1914310000010100000", "1914310000010100016", "excel-15-digits"],
  ["1914310000010100000", "0001914310000010100016", "excel-15-digits"],
  ["1914310000010200000", "1914310000010100016", undefined],
  ["1234567890123450", "1234567890123456", "excel-15-digits"],
  ["1.91431E+18", "1914310000010100016", "scientific"],
  ["1.23457E+11", "123456789012", "scientific"],
  ["1.23E+11", "123456789012", "scientific"],
  ["1E+11", "123456789012", undefined],
  ["1.24E+11", "123456789012", undefined],
  ["1.23457E+10", "12345678901", undefined],
  ["1E+12", "100E10", "scientific"],
  ["1.00E+12", "100E10", "scientific"],
  ["1000000000000", "100E10", "scientific"],
  ["100000", "1e5", "scientific"],
  ["0.00001", "1E-5", "scientific"],
  ["100E10", "1000000000000", undefined],
  ["1.00E+11", "100E10", undefined],
  ["1E+12", "1.00E+12", undefined],
  ["10", "1E999", undefined],
  ["40959", "2012-02-20", "excel-serial-date"],
  ["39497", "2012-02-20", "excel-serial-date"],
  ["40959", "2/20/2012", "excel-serial-date"],
  ["40959", "20.02.2012", "excel-serial-date"],
  ["40959", "20-Feb-2012", "excel-serial-date"],
  ["40959", "February 20, 2012", "excel-serial-date"],
  ["40959.5", "2012-02-20 12:00", "excel-serial-date"],
  ["40959.42708", "2012-02-20 10:15", "excel-serial-date"],
  ["40959.43", "2012-02-20 10:15", undefined],
  ["40959", "2012-02-20 10:15", undefined],
  ["40960", "2012-02-20", undefined],
  ["40959", "20120220", undefined],
  ["40959", "2012-02-30", undefined],
  ["1", "1900-01-01", "excel-serial-date"],
  ["59", "1900-02-28", "excel-serial-date"],
  ["60", "1900-03-01", undefined],
  ["61", "1900-03-01", "excel-serial-date"],
  ["0", "1904-01-01", "excel-serial-date"],
  ["0", "1899-12-31", undefined],
  ["2958465", "9999-12-31", "excel-serial-date"],
  ["123", "124", undefined],
  ["12.5", "12.50", undefined],
  ["", "00123", undefined],
];

const codePages: readonly Case[] = [
  ["MÃ¼ller", "Müller", "wrong-code-page"],
  ["MÃƒÂ¼ller", "Müller", "wrong-code-page"],
  ["Ãƒ", "Ã", "wrong-code-page"],
  ["Â©", "©", "wrong-code-page"],
  ["M├╝ller", "Müller", "wrong-code-page"],
  ["РџСЂРёРІРµС‚", "Привет", "wrong-code-page"],
  ["Ä\u008Casopis", "Časopis", "wrong-code-page"],
  ["Ä\uFFFDasopis", "Časopis", "wrong-code-page"],
  ["Ä?asopis", "Časopis", "wrong-code-page"],
  ["don\u00e2\u20ac\u2122t", "don’t", "wrong-code-page"],
  ["Ïðèâåò", "Привет", "wrong-code-page"],
  ["Привет", "Ïðèâåò", undefined],
  ["Müller", "MÃ¼ller", undefined],
  ["Muller", "Müller", undefined],
  ["MÃ¼ller", "Möller", undefined],
  ["5\u0080", "5€", "wrong-code-page"],
  ["Muñoz", "Muńoz", undefined],
  ["Muńoz", "Muñoz", undefined],
];

const oem: readonly Case[] = [
  ["M³ller", "Müller", "wrong-code-page"],
  ["Mⁿller", "Müller", "wrong-code-page"],
  ["cafΘ", "café", "wrong-code-page"],
  ["cafÚ", "café", "wrong-code-page"],
  ["caf‚", "café", "wrong-code-page"],
  ["M\u0081ller", "Müller", "wrong-code-page"],
  ["J”rg", "Jörg", "wrong-code-page"],
  ["Jörg", "J”rg", undefined],
  ["donÆt", "don’t", "wrong-code-page"],
  ["don’t", "donÆt", undefined],
  ["Straáe", "Straße", undefined],
  ["Straße", "Straáe", undefined],
];

const lost: readonly Case[] = [
  ["M?ller", "Müller", "question-marks"],
  ["M??ller", "Müller", "question-marks"],
  ["M???ller", "Müller", undefined],
  ["M\uFFFDller", "Müller", "question-marks"],
  ["Mï¿½ller", "Müller", "question-marks"],
  ["\uFFFDx", "ä€x", "question-marks"],
  ["???", "日本語", "question-marks"],
  ["?????????", "日本語", "question-marks"],
  ["??", "日本語", undefined],
  ["?", "😀", "question-marks"],
  ["??", "😀", "question-marks"],
  ["é?é", "éāé", "question-marks"],
  ["é?", "éé", undefined],
  ["what? ?", "what? é", "question-marks"],
  ["???", "?é?", "question-marks"],
  ["what?", "whaté?", undefined],
  ["M?ller", "Muller", undefined],
  ["M?ller", "Möllers", undefined],
  ["M?ller", "M\uFFFDller", undefined],
  ["?", "a", undefined],
  ["Riga", "Rīga", "lost-accents"],
  ["Lódz", "Łódź", "lost-accents"],
  ["Lódz ??", "Łódź 日本", "lost-accents"],
  ["Lodz", "Łódź", undefined],
  ["Rega", "Rīga", undefined],
  ["Rig", "Rīgā", undefined],
  ["Rigaa", "Rīgā", undefined],
  ["η", "ή", undefined],
  ["Muller", "Müller", undefined],
  ["Rīga", "Riga", undefined],
];

describe("text that a spreadsheet took for a number or a date", () => {
  it.each(spreadsheet)("GOTCHAS 36: %s of %s", (candidate, intact, kind) => {
    expect(kindOf(candidate, intact)).toBe(kind);
  });

  it("leaves xml alone", () => {
    expect(damageBetween({ type: typeOf("xml") })("123", "00123")).toBeUndefined();
  });
});

describe("text in a wrong code page", () => {
  it.each(codePages)("%s of %s", (candidate, intact, kind) => {
    expect(kindOf(candidate, intact)).toBe(kind);
  });

  it.each(oem)("GOTCHAS 35: %s of %s (OEM)", (candidate, intact, kind) => {
    expect(kindOf(candidate, intact)).toBe(kind);
  });

  it("says which was read as which", () => {
    expect(latin("MÃƒÂ¼ller", "Müller")?.what).toBe("UTF-8 read as windows-1252, twice over");
    expect(latin("M³ller", "Müller")?.what).toBe("windows-1252 read as code page 850");
  });
});

describe("text with characters lost", () => {
  it.each(lost)("%s of %s", (candidate, intact, kind) => {
    expect(kindOf(candidate, intact)).toBe(kind);
  });

  it.each([
    ["Sao", "São", "SQL_Latin1_General_CP1_CI_AS", "lost-accents"],
    ["Senor", "Señor", "SQL_Latin1_General_CP1_CI_AS", undefined],
    ["Senor", "Señor", "Polish_CI_AS", "lost-accents"],
    ["Lódz", "Łódź", "Polish_CI_AS", undefined],
    ["Riga", "Rīga", "Baltic_without_code_page", undefined],
    ["Riga", "Rīga", "Latin1_General_100_CI_AS_SC_UTF8", undefined],
  ] as const)(
    "GOTCHAS 35: %s of %s under %s: %s (a best fit only where its code page, or its OEM page, lacks it)",
    (...given) => {
      const [candidate, intact, collation, kind] = given;
      expect(kindOf(candidate, intact, collation)).toBe(kind);
    },
  );
});

const words: Readonly<Record<string, readonly string[]>> = {
  "windows-1252": ["Müller", "café", "Señor Núñez", "Ångström", "Straße", "João Magalhães", "5 €", "don’t", "Œuvre"],
  "windows-1250": ["Žluťoučký kůň", "Łódź", "Dvořák", "Kőszeg", "Čapek"],
  "windows-1251": ["Привет", "Чайковский", "Ёлка", "Київ"],
  cp850: ["Müller", "café", "Señor Núñez", "João Magalhães"],
  cp437: ["Müller", "café", "Señor Núñez", "Göteborg"],
  latin1: ["Müller", "café", "Señor Núñez", "Ångström"],
};
const everyWord = [...new Set(Object.values(words).flat())];
const phrase = fc.array(fc.constantFrom(...everyWord, "Smith", "12", "and"), { minLength: 1, maxLength: 5 });
const beyondAscii = phrase.map((parts) => parts.join(" ")).filter((text) => /[^ -~]/.test(text));

function misread(text: string, written: string, read: string): string {
  return iconv.decode(iconv.encode(text, written), read);
}

describe("text: properties (iconv-lite does the damage)", () => {
  const pages = Object.keys(words);

  it.each(pages)("recognises UTF-8 read as %s, once and twice over, and never the other way round", (page) => {
    fc.assert(
      fc.property(beyondAscii, fc.boolean(), (intact, twice) => {
        const once = misread(intact, "utf8", page);
        // Bytes without a character are gone in a second pass.
        fc.pre(!twice || !once.includes("\uFFFD"));
        const candidate = twice ? misread(once, "utf8", page) : once;
        expect(latin(candidate, intact)).toBeDefined();
        expect(latin(intact, candidate)).toBeUndefined();
      }),
    );
  });

  it.each(pages)("recognises %s read as UTF-8", (page) => {
    for (const intact of words[page] ?? []) {
      expect(latin(misread(intact, page, "utf8"), intact)).toBeDefined();
    }
  });

  it.each([
    ["windows-1252", "cp437"],
    ["windows-1252", "cp850"],
    ["cp850", "windows-1252"],
    ["cp437", "windows-1252"],
    ["windows-1251", "windows-1252"],
    ["windows-1251", "cp866"],
  ])("GOTCHAS 35: %s read as %s is recognised or left open, never turned round", (written, read) => {
    let recognised = 0;
    const own = words[written] ?? [];
    for (const intact of own) {
      const candidate = misread(intact, written, read);
      expect(latin(intact, candidate), intact).toBeUndefined();
      if (latin(candidate, intact) !== undefined) recognised++;
    }
    expect(recognised).toBeGreaterThanOrEqual(own.length - 2);
  });

  it.each([1252, 1250, 1251, 437])("recognises ? for what code page %i lacks", (number) => {
    const page = codePage(number);
    fc.assert(
      fc.property(beyondAscii, (intact) => {
        const candidate = Array.from(intact, (one) => (page?.firstForeign(one) === undefined ? one : "?")).join("");
        fc.pre(candidate !== intact);
        expect(latin(candidate, intact)?.kind).toBe("question-marks");
      }),
    );
  });

  it("recognises what a spreadsheet makes of digits", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 30n }), fc.integer({ min: 0, max: 5 }), (number, zeros) => {
        const intact = "0".repeat(zeros) + number.toString();
        const digits = number.toString();
        const candidate = digits.slice(0, 15).padEnd(digits.length, "0");
        fc.pre(candidate !== intact);
        expect(latin(candidate, intact)).toBeDefined();
        expect(latin(intact, candidate)).toBeUndefined();
      }),
    );
  });

  it("no text is the other's damage both ways", () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(..."a é ? \uFFFD Ã © Æ ’ ‚ ä Θ 0 E + 1".split(" ")), maxLength: 5 }),
      fc.string({ unit: fc.constantFrom(..."0 0 1 9 E + - .".split(" ")), maxLength: 8 }),
      fc.string({ unit: "grapheme", maxLength: 4 }),
    );
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(latin(one, other) !== undefined && latin(other, one) !== undefined).toBe(false);
      }),
      { numRuns: 20_000 },
    );
  });
});

/** Pairs of different values of which one passes for the other's damage. */
function confusedPairs(values: readonly string[]): string[] {
  const found: string[] = [];
  for (const intact of values)
    for (const candidate of values) {
      const damage = latin(candidate, intact);
      if (damage !== undefined) found.push(`${candidate} of ${intact}: ${damage.what}`);
    }
  return found;
}

describe("ordinary values are never each other's damage", () => {
  it("names, streets, cities, dates and codes", () => {
    faker.seed(20_260_314);
    const make = [
      () => faker.person.fullName(),
      () => faker.location.streetAddress(),
      () => faker.location.city(),
      () => faker.company.name(),
      () => faker.date.past({ refDate: "2026-03-14" }).toISOString().slice(0, 10),
      () => faker.commerce.isbn(),
      () => faker.string.numeric({ length: 9, allowLeadingZeros: true }),
      () => `${faker.lorem.word()} ${faker.helpers.arrayElement(everyWord)}`,
    ];
    for (const one of make) expect(confusedPairs([...new Set(Array.from({ length: 200 }, one))])).toEqual([]);
  });
});

const chinook = "../shared/data/chinook/Chinook_Sqlite.sqlite";

describe.skipIf(!fs.existsSync(chinook))("Chinook's texts (needs ../shared/data/chinook)", () => {
  it.each([
    ["Artist", "Name"],
    ["Album", "Title"],
    ["Customer", "LastName"],
    ["Customer", "Address"],
    ["Customer", "City"],
    ["Customer", "PostalCode"],
    ["Customer", "Phone"],
    // One composer in two spellings.
    [
      "Track",
      "Composer",
      "Bernardo Vilhena/Da Gama/Lazao of Bernardo Vilhena/Da Gama/Lazão: look-alikes of what code page 437 lacks",
    ],
  ])("%s.%s: no two are each other's damage, unless one composer has two spellings", (table, column, ...expected) => {
    const db = new Database(chinook, { readonly: true });
    const rows = db.prepare<[], string>(`SELECT DISTINCT "${column}" FROM "${table}" WHERE "${column}" IS NOT NULL`);
    const values = rows.pluck().all();
    db.close();
    expect(values.length).toBeGreaterThan(40);
    expect(confusedPairs(values)).toEqual(expected);
  });
});
