/** Packages in a folder that goes with the test, and everything that reading them says. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import bacpac from "../../src/extract/bacpac/index.ts";
import type { EvidenceFile, TableMapping } from "../../src/extract/extractor.ts";
import type { DatabaseSchema, Table } from "../../src/schema/model.ts";
import { collect, evidenceFile, expectBalance, type Extraction, mapTable } from "./harness.ts";

export const folder = mkdtempSync(path.join(os.tmpdir(), "bacpac-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export function write(bytes: Buffer, name = "shop.bacpac"): EvidenceFile {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return evidenceFile(file, folder);
}

export const signal = new AbortController().signal;

export async function schemaOf(file: EvidenceFile): Promise<DatabaseSchema> {
  return (await bacpac.schema?.({ path: "*" }, { files: [file], signal })) as DatabaseSchema;
}

export interface Told extends Extraction {
  /** Tables of which what is missing proves nothing. */
  readonly partial: readonly string[];
  /** Warnings that say that records are missing. */
  readonly losses: readonly string[];
}

interface Mapped {
  readonly from?: string;
  readonly columns?: Readonly<Record<string, string>>;
  /** Another table than the package has. */
  readonly table?: (own: Table) => Table;
}

/** Extracts into the package's own tables, or those of `mapped` alone. */
export async function extract(file: EvidenceFile, mapped?: Readonly<Record<string, Mapped>>): Promise<Told> {
  const { tables } = await schemaOf(file);
  const mappings = tables.flatMap((table): TableMapping[] => {
    const own = mapped?.[table.id];
    if (mapped !== undefined && own === undefined) return [];
    return [mapTable(own?.table?.(table) ?? table, own?.from, own?.columns)];
  });
  return extractInto(file, mappings);
}

export async function extractInto(file: EvidenceFile, mappings: readonly TableMapping[]): Promise<Told> {
  const [partial, losses]: string[][] = [[], []];
  const warnings: string[] = [];
  const extraction = await collect(
    bacpac,
    { path: "*" },
    {
      files: [file],
      mappings,
      context: {
        partial: (table, why) => void partial?.push(`${table.id}: ${why}`),
        warn: (message, at, weight) => {
          warnings.push(at?.part === undefined ? message : `${at.part}: ${message}`);
          if (weight === "loss") losses?.push(message);
        },
      },
    },
  );
  expectBalance(extraction);
  return { ...extraction, warnings, partial: partial ?? [], losses: losses ?? [] };
}

export function cellsOf({ rows }: Extraction): unknown[] {
  return rows.map(({ cells }) => Object.values(cells));
}
