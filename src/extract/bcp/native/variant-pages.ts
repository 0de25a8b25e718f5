/**
 * The code page of text in a sql_variant, which carries its collation as numbers: five bytes, LCID and flags in the first four,
 * the sort order of a SQL collation in the last. [MS-TDS] 2.2.5.1.2; LCIDs: [MS-LCID] 2.2; sort orders: sys.syscharsets.
 */
const utf8 = 65001;
const fallback = 1252;

/** LCIDs by code page; all others are of 1252. */
const locales: Readonly<Record<number, string>> = {
  874: "41e",
  932: "411",
  936: "804 1004",
  949: "412",
  950: "404 c04 1404",
  1250: "405 40e 415 418 41a 41b 41c 424 442 101a 141a 181a 81a",
  1251: "402 419 422 423 42f 43f 440 444 450 46d 485 c1a 1c1a 201a 82c 843",
  1253: "408",
  1254: "41f 42c 443",
  1255: "40d",
  1256: "401 420 429 480 48c 801 c01 1001 1401 1801 1c01 2001 2401 2801 2c01 3001 3401 3801 3c01 4001",
  1257: "425 426 427 827",
  1258: "42a",
};

const pageByLocale = new Map(
  Object.entries(locales).flatMap(([page, list]) => list.split(" ").map((lcid) => [parseInt(lcid, 16), Number(page)])),
);

/** From, to, code page. */
const sortOrders: readonly (readonly [number, number, number])[] = [
  [30, 35, 437],
  [40, 49, 850],
  [50, 54, 1252],
  [55, 61, 850],
  [71, 75, 1252],
  [80, 98, 1250],
  [104, 108, 1251],
  [112, 124, 1253],
  [128, 130, 1254],
  [136, 138, 1255],
  [144, 146, 1256],
  [152, 160, 1257],
  [183, 186, 1252],
  [192, 193, 932],
  [194, 195, 949],
  [196, 197, 950],
  [198, 199, 936],
  [200, 200, 932],
  [201, 201, 949],
  [202, 202, 950],
  [203, 203, 936],
  [204, 206, 874],
  [210, 217, 1252],
];

/** `bytes`: the five of a collation. */
export function variantCodePage(bytes: Buffer): number | undefined {
  const info = bytes.readUInt32LE();
  const sortOrder = bytes[4] ?? 0;
  if (((info >>> 26) & 1) === 1) return utf8;
  if (sortOrder !== 0) return sortOrders.find(([from, to]) => sortOrder >= from && sortOrder <= to)?.[2];
  return pageByLocale.get(info & 0xf_ffff) ?? fallback;
}
