/** Reads a package's tables, and holds what was found against what its origin says. */
import type { ZipMember } from "../../files/zip.ts";
import type { ExtractContext, ObservationBatch } from "../extractor.ts";
import type { OpenedPackage } from "./package.ts";
import type { TablePlan } from "./plan.ts";
import { TableExtraction } from "./table.ts";

/** The major version of the data that this was written against. */
const knownData = 2;

/** `advance` is told how many of the file's bytes are through. */
export async function* extractPackage(
  opened: OpenedPackage,
  plans: readonly TablePlan[],
  context: ExtractContext,
  advance: (bytes: number) => void,
): AsyncGenerator<ObservationBatch> {
  tellOfPackage(opened, plans, context);
  const extractions: TableExtraction[] = [];
  let before = 0;
  for (const plan of plans) {
    const extraction = new TableExtraction(opened, plan, context);
    extractions.push(extraction);
    tellOfLeftover(opened, plan, context);
    for (const part of opened.parts.get(plan.source) ?? []) {
      yield* extraction.read(part, (packed) => advance(before + packed));
      before += part.packedSize;
      advance(before);
    }
  }
  for (const part of opened.strayParts) await setAsideStray(opened, part, context);
  const found: Found = {
    rows: extractions.reduce((sum, { rows }) => sum + rows, 0),
    isUnknown: opened.strayParts.length > 0 || extractions.some(({ isCut }) => isCut),
    isFedCut: extractions.some(({ isCut }, index) => isCut && plans[index]?.feeds !== undefined),
  };
  compareCounts(opened, plans, found, context);
}

function tellOfPackage(
  { file, contents, parts, strayParts }: OpenedPackage,
  plans: readonly TablePlan[],
  context: ExtractContext,
): void {
  const at = { file };
  for (const warning of contents.warnings) context.warn(warning, at);
  const version = contents.origin?.dataVersion;
  if (version !== undefined && Number(version.split(".")[0]) > knownData)
    context.warn(`the data is of the newer version ${version}: it is read as if it were of version ${knownData}`, at);
  const hasParts = strayParts.length > 0 || [...parts.values()].some((list) => list.length > 0);
  if (!hasParts) context.warn("the package holds no data", at);
  else if (plans.every(({ feeds }) => feeds === undefined))
    context.warn("no table of this package feeds a target table", at);
}

function tellOfLeftover({ file }: OpenedPackage, { source, feeds }: TablePlan, context: ExtractContext): void {
  const names = feeds?.columns.leftover ?? [];
  if (names.length > 0) context.leftover(`${file.name} ${source.table.id}`, names);
}

/** The model does not have the table, so that nothing says what its bytes are. */
async function setAsideStray({ file, zip }: OpenedPackage, part: ZipMember, context: ExtractContext): Promise<void> {
  const at = { file, part: part.name };
  const reason = "model.xml has no table of this name, so that nothing says what its rows are";
  let first: Buffer | undefined;
  for await (const { bytes } of zip.read(part)) {
    first ??= bytes;
    context.signal.throwIfAborted();
  }
  context.read(1);
  context.quarantine(first ?? Buffer.alloc(0), reason, { ...at, offset: 0 });
  context.warn(reason, at, "loss");
}

interface Found {
  readonly rows: number;
  /** There are bytes whose rows cannot be counted. */
  readonly isUnknown: boolean;
  /** Some are of a table that feeds a lost one. */
  readonly isFedCut: boolean;
}

/** Origin.xml has one number for all tables: which of them lacks rows it does not say. */
function compareCounts(
  { file, contents }: OpenedPackage,
  plans: readonly TablePlan[],
  { rows, isUnknown, isFedCut }: Found,
  context: ExtractContext,
): void {
  const expected = contents.origin?.rows;
  if (expected === undefined || expected === rows) return;
  const counts = `Origin.xml says that the tables have ${expected} rows, and ${rows} were found`;
  if (rows > expected) return context.warn(counts, { file });
  if (isUnknown)
    return context.warn(`${counts}: the others are in what could not be read`, { file }, isFedCut ? "loss" : "note");
  context.warn(counts, { file }, "loss");
  for (const { feeds } of plans)
    if (feeds !== undefined)
      context.partial(feeds.mapping.table, `the package lacks ${expected - rows} rows, of which table nothing says`);
}
