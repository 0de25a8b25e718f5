/** Packages of a database (.bacpac), as SSMS, SqlPackage and Azure export them: model.xml, and rows in bcp's native format, in a zip. */
import { z } from "zod";
import {
  defineExtractor,
  type CheckContext,
  type EvidenceFile,
  type ExtractContext,
  type ObservationBatch,
} from "../extractor.ts";
import { fileOptions, overFiles } from "../records/file-options.ts";
import { openPackage, type OpenedPackage } from "./package.ts";
import { planPackages } from "./plan.ts";
import { extractPackage } from "./read.ts";
import { surveyTable } from "./survey.ts";

const options = z.strictObject(fileOptions);

const example = `\
extractor: bacpac
path: evidence/shop-2026-03-01.bacpac
asOf: 2026-03-01T02:00:00Z
tables:
  dbo.Customers: {}
  dbo.OrderLines: { from: sales.Order_Details, columns: { UnitPrice: Price } }
`;

async function openAll(files: readonly EvidenceFile[], signal: AbortSignal): Promise<OpenedPackage[]> {
  const opened: OpenedPackage[] = [];
  try {
    for (const file of files) opened.push(await openPackage(file, signal));
    return opened;
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function closeAll(packages: readonly OpenedPackage[]): Promise<void> {
  for (const each of packages) await each.close();
}

async function* extract(context: ExtractContext): AsyncGenerator<ObservationBatch> {
  const packages = await openAll(context.files, context.signal);
  try {
    const plans = planPackages(packages, context.mappings);
    const total = context.files.reduce((sum, { bytes }) => sum + bytes, 0);
    let before = 0;
    for (const [index, each] of packages.entries()) {
      const done = before;
      yield* extractPackage(each, plans[index] ?? [], context, (bytes) => context.progress(done + bytes, total));
      before += each.file.bytes;
      context.progress(before, total);
    }
  } finally {
    await closeAll(packages);
  }
}

async function* survey({ files, signal }: CheckContext): AsyncGenerator<ReturnType<typeof surveyTable>> {
  for (const file of files) {
    const opened = await openPackage(file, signal);
    try {
      for (const source of opened.contents.tables) yield surveyTable(opened, source, signal);
    } finally {
      await opened.close();
    }
  }
}

export default defineExtractor({
  id: "bacpac",
  summary:
    "Reads packages of SQL Server and Azure SQL databases (.bacpac) without a server: tables of every type, and their schema.",
  options,
  example,
  ...overFiles,
  async check(_options, { files, mappings, signal }) {
    const packages = await openAll(files, signal);
    try {
      planPackages(packages, mappings);
    } finally {
      await closeAll(packages);
    }
  },
  survey: (_options, context) => survey(context),
  async schema(_options, { files, signal }) {
    const opened = await openPackage(files[0] as EvidenceFile, signal);
    await opened.close();
    return opened.contents.schema;
  },
  extract: (_options, context) => extract(context),
});
