/** Writes packages as SqlPackage exports them, after those of SQL Server 2016 and 2017. */
import { createHash } from "node:crypto";
import type { SqlType } from "../../src/schema/model.ts";
import type { RawValue } from "../../src/values/codec.ts";
import { bacpacStyle, encodeField, type EncodeStyle } from "./native-bcp.ts";
import { type PackageEntry, packEntries } from "./package-zip.ts";

export interface PackageColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable?: boolean;
  /** `[dbo].[Flag]`, in place of the type's own name. */
  readonly alias?: string;
  /** Further properties and relationships, as XML. */
  readonly xml?: string;
  /** Bytes of the prefix, where it is not the usual one. */
  readonly prefix?: number;
}

export interface PackageTable {
  /** `[dbo].[Orders]`. */
  readonly name: string;
  readonly columns: readonly PackageColumn[];
  /** Rows of each part, or its bytes. */
  readonly parts?: readonly (readonly (readonly (RawValue | null)[])[] | Buffer)[];
  /** Further XML behind the columns. */
  readonly xml?: string;
}

export interface PackageSpec {
  readonly tables: readonly PackageTable[];
  /** Elements of the model besides the tables. */
  readonly elements?: string;
  readonly collation?: string;
  readonly format?: string;
  readonly style?: EncodeStyle;
  /** What Origin.xml says; false: there is none. */
  readonly origin?: false | { readonly rows?: number; readonly checksum?: string; readonly data?: string };
  readonly more?: readonly PackageEntry[];
  readonly method?: PackageEntry["method"];
  readonly zip64?: boolean;
}

const namespace = "http://schemas.microsoft.com/sqlserver/dac/Serialization/2012/02";
const ofAssembly = new Set(["hierarchyid", "geometry", "geography"]);
const plainWhereRequired = new Set(
  "tinyint smallint int bigint money smallmoney float real date time smalldatetime datetime datetime2 datetimeoffset".split(
    " ",
  ),
);

/** The prefix as packages have it. */
function prefixOf({ type, nullable = true, alias, prefix }: PackageColumn): number {
  if (prefix !== undefined) return prefix;
  const isPrefixed = nullable || alias !== undefined;
  if (type.length === "max" || type.name === "xml" || ofAssembly.has(type.name)) return 8;
  if (plainWhereRequired.has(type.name)) return isPrefixed ? 1 : 0;
  if (type.name === "char") return isPrefixed ? 2 : 0;
  if (["bit", "decimal", "numeric", "uniqueidentifier"].includes(type.name)) return 1;
  return ["text", "ntext", "image", "sql_variant"].includes(type.name) ? 4 : 2;
}

export function relationship(name: string, entries: string): string {
  return `<Relationship Name="${name}"><Entry>${entries}</Entry></Relationship>`;
}

export function reference(name: string, attributes = ""): string {
  return `<References ${attributes}Name="${escape(name)}" />`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

/** A script as a property. */
export function script(name: string, text: string, attributes = ""): string {
  return `<Property Name="${name}">\n  <Value${attributes}><![CDATA[${text}]]></Value>\n</Property>`;
}

function typeProperties({ name, length, precision, scale }: SqlType): string {
  const isFloat = name === "float";
  const given = [
    ["Length", length === "max" ? undefined : length],
    ["IsMax", length === "max" ? "True" : undefined],
    ["Precision", isFloat ? undefined : precision],
    ["Scale", scale === 0 ? undefined : scale],
  ] as const;
  return given
    .flatMap(([key, value]) => (value === undefined ? [] : [`<Property Name="${key}" Value="${value}" />`]))
    .join("");
}

function specifier({ type, alias }: PackageColumn): string {
  const builtIn = ofAssembly.has(type.name) ? `[sys].[${type.name}]` : `[${type.name}]`;
  const of = alias === undefined ? reference(builtIn, 'ExternalSource="BuiltIns" ') : reference(alias);
  const kind = type.name === "xml" ? "SqlXmlTypeSpecifier" : "SqlTypeSpecifier";
  return `<Element Type="${kind}">${alias === undefined ? typeProperties(type) : ""}${relationship("Type", of)}</Element>`;
}

function columnXml(table: string, column: PackageColumn): string {
  const nullable = column.nullable === false ? '<Property Name="IsNullable" Value="False" />' : "";
  const own = `${nullable}${column.xml ?? ""}${relationship("TypeSpecifier", specifier(column))}`;
  return `<Entry><Element Type="SqlSimpleColumn" Name="${escape(`${table}.[${column.name}]`)}">${own}</Element></Entry>`;
}

function tableXml({ name, columns, xml = "" }: PackageTable): string {
  const all = columns.map((column) => columnXml(name, column)).join("\n");
  return `<Element Type="SqlTable" Name="${escape(name)}">\n<Relationship Name="Columns">${all}${xml}</Relationship></Element>`;
}

function modelXml({ tables, elements = "", collation = "Latin1_General_CI_AS", format = "1.2" }: PackageSpec): string {
  const options = `<Element Type="SqlDatabaseOptions" Disambiguator="1"><Property Name="Collation" Value="${collation}" /></Element>`;
  return `\uFEFF<?xml version="1.0" encoding="utf-8"?>
<DataSchemaModel FileFormatVersion="${format}" SchemaVersion="2.6" DspName="Microsoft.Data.Tools.Schema.Sql.Sql140DatabaseSchemaProvider" xmlns="${namespace}">
<Model>${options}${elements}${tables.map(tableXml).join("")}</Model></DataSchemaModel>`;
}

function originXml(model: string, { origin = {}, tables }: PackageSpec): string {
  const { rows, checksum, data = "2.0.0.0" } = origin === false ? {} : origin;
  const counted = tables
    .flatMap(({ parts = [] }) => parts)
    .reduce((sum, part) => sum + (Buffer.isBuffer(part) ? 0 : part.length), 0);
  const sha256 = checksum ?? createHash("sha256").update(model).digest("hex").toUpperCase();
  return `<?xml version="1.0"?><DacOrigin xmlns="${namespace}"><PackageProperties><Version>3.1.0.0</Version><ContainsExportedData>true</ContainsExportedData><StreamVersions><Version StreamName="Data">${data}</Version></StreamVersions></PackageProperties><Server><ServerVersion>Microsoft SQL Server 2017 (RTM) - 14.0
</ServerVersion></Server><ExportStatistics><TableRowCountTotalTag>${rows ?? counted}</TableRowCountTotalTag></ExportStatistics><Checksums><Checksum Uri="/model.xml">${sha256}</Checksum></Checksums></DacOrigin>`;
}

export function encodeRows(
  columns: readonly PackageColumn[],
  rows: readonly (readonly (RawValue | null)[])[],
  style = bacpacStyle,
): Buffer {
  return Buffer.concat(
    rows.flatMap((row) =>
      columns.map((column, at) => encodeField(column.type, prefixOf(column), row[at] ?? null, style)),
    ),
  );
}

/** `[dbo].[Order Details]` → `dbo.Order%20Details`. */
function folderOf(name: string): string {
  return encodeURIComponent(name.slice(1, -1).replaceAll("].[", ".").replaceAll("]]", "]"));
}

function partEntries({ name, columns, parts = [] }: PackageTable, { style, method }: PackageSpec): PackageEntry[] {
  return parts.map((part, at) => ({
    name: `Data/${folderOf(name)}/TableData-00${at}-00000.BCP`,
    data: Buffer.isBuffer(part) ? part : encodeRows(columns, part, style),
    ...(method === undefined ? {} : { method }),
  }));
}

/** The members of a package, to be changed before they are packed. */
export function packageEntries(spec: PackageSpec): PackageEntry[] {
  const model = modelXml(spec);
  return [
    { name: "model.xml", data: model },
    { name: "DacMetadata.xml", data: "<DacType><Name>Shop</Name><Version>0.0.0.0</Version></DacType>" },
    { name: "[Content_Types].xml", data: "<Types />" },
    ...spec.tables.flatMap((table) => partEntries(table, spec)),
    ...(spec.more ?? []),
    ...(spec.origin === false ? [] : [{ name: "Origin.xml", data: originXml(model, spec) }]),
  ];
}

export function buildPackage(spec: PackageSpec): Buffer {
  return packEntries(packageEntries(spec), { zip64: spec.zip64 ?? false });
}
