/** Builds workbooks from the XML of their sheets, so that each can be written as one program or another writes it. */
import { type BuiltMember, buildZip } from "./zip-builder.ts";

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const transitional = {
  main: "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
  relationships: "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
};
const strict = {
  main: "http://purl.oclc.org/ooxml/spreadsheetml/main",
  relationships: "http://purl.oclc.org/ooxml/officeDocument/relationships",
};

interface BuiltSheet {
  readonly name: string;
  /** What stands in `sheetData`. */
  readonly rows: string;
  readonly state?: string;
  /** Before and behind `sheetData`. */
  readonly before?: string;
  readonly after?: string;
  /** The whole part, in place of all that. */
  readonly part?: string | Buffer;
}

export interface BuiltWorkbook {
  readonly sheets: readonly BuiltSheet[];
  /** The `si` elements. Undefined: there is no such part. */
  readonly strings?: readonly string[];
  /** Formats by style: an id of a built-in one, or a code. Undefined: there is no such part. */
  readonly styles?: readonly (number | string)[];
  readonly is1904?: boolean;
  readonly isStrict?: boolean;
  /** What stands before the target of a relationship: "/xl/" for absolute ones. */
  readonly targets?: string;
  readonly others?: readonly BuiltMember[];
  /** Parts that are left out. */
  readonly without?: readonly string[];
}

export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function stylesXml(styles: readonly (number | string)[], main: string): string {
  const codes = styles.filter((style) => typeof style === "string");
  const formats = codes.map((code, at) => `<numFmt numFmtId="${164 + at}" formatCode="${escapeXml(code)}"/>`);
  const ids = styles.map((style) => (typeof style === "string" ? 164 + codes.indexOf(style) : style));
  const cells = ids.map((id) => `<xf numFmtId="${id}" fontId="0" xfId="0"/>`).join("");
  const named = '<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>';
  return `<styleSheet xmlns="${main}"><numFmts>${formats.join("")}</numFmts>${named}<cellXfs>${cells}</cellXfs></styleSheet>`;
}

function relationshipsXml(
  kinds: string,
  entries: readonly (readonly [id: string, type: string, target: string])[],
): string {
  const items = entries.map(
    ([id, type, target]) => `<Relationship Id="${id}" Type="${kinds}/${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${items.join("")}</Relationships>`;
}

function sheetXml({ rows, before = "", after = "" }: BuiltSheet, main: string): string {
  return `<worksheet xmlns="${main}">${before}<sheetData>${rows}</sheetData>${after}</worksheet>`;
}

/** The parts of the workbook in the order in which Excel writes them. */
export function workbookParts(workbook: BuiltWorkbook): BuiltMember[] {
  const { sheets, strings, styles, targets = "", others = [], without = [] } = workbook;
  const { main, relationships } = workbook.isStrict === true ? strict : transitional;
  const list = sheets.map(({ name, state }, at) => {
    const visibility = state === undefined ? "" : ` state="${state}"`;
    return `<sheet name="${escapeXml(name)}" sheetId="${at + 1}"${visibility} r:id="rId${at + 1}"/>`;
  });
  const settings = workbook.is1904 === true ? '<workbookPr date1904="1"/>' : "<workbookPr/>";
  const parts: [name: string, content: string | Buffer][] = [
    ["[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'],
    ["_rels/.rels", relationshipsXml(relationships, [["rId1", "officeDocument", "xl/workbook.xml"]])],
    [
      "xl/workbook.xml",
      `<workbook xmlns="${main}" xmlns:r="${relationships}">${settings}<sheets>${list.join("")}</sheets></workbook>`,
    ],
    [
      "xl/_rels/workbook.xml.rels",
      relationshipsXml(relationships, [
        ...sheets.map((_, at) => [`rId${at + 1}`, "worksheet", `${targets}worksheets/sheet${at + 1}.xml`] as const),
        ...(styles === undefined ? [] : [["rId101", "styles", `${targets}styles.xml`] as const]),
        ...(strings === undefined ? [] : [["rId102", "sharedStrings", `${targets}sharedStrings.xml`] as const]),
      ]),
    ],
    ...sheets.map(
      (sheet, at) => [`xl/worksheets/sheet${at + 1}.xml`, sheet.part ?? sheetXml(sheet, main)] as [string, string],
    ),
    ...(styles === undefined ? [] : [["xl/styles.xml", stylesXml(styles, main)] as [string, string]]),
    ...(strings === undefined
      ? []
      : [
          [
            "xl/sharedStrings.xml",
            `<sst xmlns="${main}">${strings.map((item) => `<si>${item}</si>`).join("")}</sst>`,
          ] as [string, string],
        ]),
  ];
  return [
    ...parts
      .filter(([name]) => !without.includes(name))
      .map(([name, content]) => ({ name, content: typeof content === "string" ? declaration + content : content })),
    ...others,
  ];
}

export function buildWorkbook(workbook: BuiltWorkbook): Buffer {
  return buildZip(...workbookParts(workbook));
}

/** A row of cells, written short: `["A1", 5]` a number, `["B1", "s", 0]` with its type, `["C1", "n", 40959, 2]` with its style too. */
export type ShortCell =
  | readonly [name: string, value: number | string]
  | readonly [name: string, type: string, value: number | string, style?: number];

export function row(number: number, cells: readonly ShortCell[], attributes = ""): string {
  return `<row r="${number}"${attributes}>${cells.map((each) => cell(each)).join("")}</row>`;
}

function cell(short: ShortCell): string {
  const [name, type, value, style] = short.length === 2 ? [short[0], "n", short[1], undefined] : short;
  const attributes = `r="${name}"${style === undefined ? "" : ` s="${style}"`}${type === "n" ? "" : ` t="${type}"`}`;
  if (type === "inlineStr") return `<c ${attributes}><is><t>${escapeXml(String(value))}</t></is></c>`;
  return `<c ${attributes}><v>${escapeXml(String(value))}</v></c>`;
}
