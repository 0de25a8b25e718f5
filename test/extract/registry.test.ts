import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { extractors, findExtractor } from "../../src/extract/registry.ts";

describe("the registry", () => {
  it("holds each extractor once, under its id", () => {
    expect(extractors.map(({ id }) => id)).toEqual([
      "mssql",
      "postgres",
      "mysql",
      "sqlite",
      "bacpac",
      "csv",
      "fixed-width",
      "bcp",
      "json",
      "xlsx",
      "parquet",
      "sql-script",
      "cdc",
      "audit",
      "mssql-audit",
      "postgres-audit",
      "mysql-audit",
      "text-log",
      "sql-log",
      "w3c",
      "exec",
    ]);
    for (const extractor of extractors) expect(findExtractor(extractor.id)).toBe(extractor);
  });

  it("refuses an unknown id with the nearest one", () => {
    expect(() => findExtractor("sqllite")).toThrow(
      "there is no extractor sqllite. Did you mean sqlite? The extractors are mssql, postgres, mysql, sqlite, bacpac, csv, fixed-width, bcp, json, xlsx, parquet, sql-script, cdc, audit, mssql-audit, postgres-audit, mysql-audit, text-log, sql-log, w3c, exec.",
    );
    expect(() => findExtractor("toString")).toThrow(/no extractor toString\. The extractors are/);
  });

  it.each(extractors)(
    "$id describes every option and shows them in an example that is YAML",
    ({ options, example }) => {
      const silent = Object.entries(options.shape).filter(([, option]) => !option.description);
      expect(silent.map(([name]) => name)).toEqual([]);
      expect(parseDocument(example).errors).toEqual([]);
      expect(options.safeParse({ path: "x", surprise: 1 }).success).toBe(false);
    },
  );
});
