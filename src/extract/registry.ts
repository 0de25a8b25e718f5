/** Every extractor that a recipe can name by its id. */
import { UserError } from "../errors.ts";
import { nearest } from "../recipe/suggest.ts";
import audit from "./audit/index.ts";
import { auditOnServer } from "./audit/server.ts";
import bacpac from "./bacpac/index.ts";
import bcp from "./bcp/index.ts";
import cdc from "./cdc/index.ts";
import csv from "./csv/index.ts";
import exec from "./exec/index.ts";
import type { Extractor } from "./extractor.ts";
import fixedWidth from "./fixed-width/index.ts";
import json from "./json/index.ts";
import mssql from "./mssql/index.ts";
import mysql from "./mysql/index.ts";
import postgres from "./postgres/index.ts";
import { serverExtractor } from "./server/extractor.ts";
import parquet from "./parquet/index.ts";
import sqlScript from "./sql-script/index.ts";
import sqlLog from "./sql-log/index.ts";
import sqlite from "./sqlite/index.ts";
import textLog from "./text-log/index.ts";
import w3c from "./w3c/index.ts";
import xlsx from "./xlsx/index.ts";

/** In the order in which people are shown them. */
export const extractors: readonly Extractor[] = [
  serverExtractor(mssql),
  serverExtractor(postgres),
  serverExtractor(mysql),
  sqlite,
  bacpac,
  csv,
  fixedWidth,
  bcp,
  json,
  xlsx,
  parquet,
  sqlScript,
  cdc,
  audit,
  auditOnServer(mssql),
  auditOnServer(postgres),
  auditOnServer(mysql),
  textLog,
  sqlLog,
  w3c,
  exec,
] as readonly Extractor[];

/** Throws UserError for an id that no extractor has. */
export function findExtractor(id: string, among = extractors): Extractor {
  const found = among.find((extractor) => extractor.id === id);
  if (found !== undefined) return found;
  const ids = among.map((extractor) => extractor.id);
  const near = nearest(id, ids);
  throw new UserError({
    what: `there is no extractor ${id}`,
    remedy: `${near === undefined ? "" : `Did you mean ${near}? `}The extractors are ${ids.join(", ")}`,
  });
}
