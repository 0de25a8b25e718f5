/** The order of day, month and year that a session's SET DATEFORMAT and SET LANGUAGE bring about. */
import type { DateOrder } from "../../values/codec.ts";

/**
 * Languages by the DATEFORMAT that `SET LANGUAGE` implies, under their names and aliases.
 * Source: `sys.syslanguages` of SQL Server 2000 to 2022 (columns name, alias, dateformat).
 */
const languages: Readonly<Record<DateOrder, string>> = {
  mdy: "us_english, English",
  dmy:
    "British, British English, Deutsch, German, Français, French, Dansk, Danish, Español, Spanish, Italiano, Italian, " +
    "Nederlands, Dutch, Norsk, Norwegian, Português, Portuguese, Suomi, Finnish, čeština, Czech, polski, Polish, română, " +
    "Romanian, slovenčina, Slovak, slovenski, Slovenian, ελληνικά, Greek, български, Bulgarian, русский, Russian, Türkçe, " +
    "Turkish, eesti, Estonian, Português (Brasil), Brazilian, Arabic, ไทย, Thai, norsk (Bokmål), Bokmål",
  ymd:
    "日本語, Japanese, Svenska, Swedish, magyar, Hungarian, hrvatski, Croatian, latviešu, Latvian, lietuvių, Lithuanian, " +
    "繁體中文, Traditional Chinese, 한국어, Korean, 简体中文, Simplified Chinese",
};

const orders = ["mdy", "dmy", "ymd"] as const;

const byLanguage = new Map<string, DateOrder>(
  orders.flatMap((order) => languages[order].split(", ").map((name) => [name.toUpperCase(), order] as const)),
);

/** The order of a SET DATEFORMAT; undefined for one that is not read (`ydm`, `myd`, `dym`, a variable). */
export function orderOfFormat(format: string): DateOrder | undefined {
  return orders.find((order) => order === format.toLowerCase());
}

/** The order that a SET LANGUAGE implies; undefined for a language that the server does not bring along. */
export function orderOfLanguage(language: string): DateOrder | undefined {
  return byLanguage.get(language.toUpperCase());
}
