/** Step: what are these files? Profiles exports of which no recipe speaks yet. */
import { UserError } from "../../errors.ts";
import { guessCsv } from "../../extract/csv/guess.ts";
import { expandArchives } from "../../extract/containers/archives.ts";
import type { EvidenceFile, Extractor } from "../../extract/extractor.ts";
import { extractors, findExtractor } from "../../extract/registry.ts";
import { refuseEmpty, sniff } from "../../extract/sniff.ts";
import { readText } from "../../extract/text/decode.ts";
import { guessEncoding } from "../../extract/text/guess.ts";
import { formatPath } from "../../recipe/places.ts";
import { explainIssue, pathFaults } from "../../recipe/issues.ts";
import { loadSchema } from "../../schema/load.ts";
import { sameName, type Table } from "../../schema/model.ts";
import { count } from "../../text.ts";
import type { Services } from "../services.ts";
import { locateExports } from "./locate.ts";
import { draftLog, draftSource } from "./draft.ts";
import { type LogProfile, profileLog } from "./logs.ts";
import { defaultLimits, noLimits, profileTable, type TableProfile } from "./table.ts";

interface ProfileRequest {
  /** Paths, relative to `folder`. */
  readonly paths: readonly string[];
  /** Absolute. */
  readonly folder: string;
  /** An extractor's id, in place of what the files look like. */
  readonly as?: string | undefined;
  /** Options for it, as a recipe would have them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** DDL or a database with the tables that the exports may be of: absolute. */
  readonly schema?: string | undefined;
  /** Look at everything, however large. */
  readonly all: boolean;
}

/** One file: part of the document that `salvage check --json` prints. */
export interface ExportProfile {
  readonly file: string;
  readonly bytes: number;
  readonly extractor: string;
  /** How extractor and options were told, where nobody said. */
  readonly evidence: readonly string[];
  readonly tables: readonly TableProfile[];
  /** Of a log, in place of tables. */
  readonly log?: LogProfile;
  /** A source for a recipe that reads it as it was read here. */
  readonly recipe: string;
}

/** Text that does not say in which encoding it is. */
const guessed = new Set(["csv", "json"]);

type Options = Readonly<Record<string, unknown>>;

interface Reading {
  readonly extractor: Extractor;
  /** What a recipe would say. */
  readonly options: Options;
  readonly evidence: readonly string[];
}

/** Throws UserError for files that cannot be found or read, and options that do not hold. */
export async function profileExports(request: ProfileRequest, services: Services): Promise<ExportProfile[]> {
  const files = await expandArchives(locateExports(request.paths, request.folder), undefined);
  const tables = request.schema === undefined ? [] : (await loadSchema(request.schema)).tables;
  const profiles: ExportProfile[] = [];
  for (const file of files) profiles.push(await profileFile(file, request, tables, services));
  return profiles;
}

async function profileFile(
  file: EvidenceFile,
  request: ProfileRequest,
  tables: readonly Table[],
  { reporter, signal }: Services,
): Promise<ExportProfile> {
  const { extractor, options, evidence } = await readingOf(file, request, signal);
  const told = { file: file.name, bytes: file.bytes, extractor: extractor.id, evidence };
  const folders = { files: [file], folder: request.folder, mappings: [], signal };
  const log = await profileLog({ file, extractor, options, context: folders, all: request.all }, { reporter });
  if (log !== undefined) {
    const recipe = draftLog({
      file,
      extractor,
      options: { ...options, ...log.suggested },
      tables: tablesOf(log, tables),
    });
    return { ...told, tables: [], log, recipe };
  }
  const settings = parseOptions(extractor, options);
  if (extractor.survey === undefined) throw withoutSurvey(file, extractor);
  const task = reporter.task("look at", file.name);
  const limits = request.all ? noLimits : defaultLimits;
  const found: TableProfile[] = [];
  for await (const table of extractor.survey(settings, folders))
    found.push(await profileTable(table, { limits, signal, task, tables }));
  task.finish(`${count(found.reduce((sum, { records }) => sum + records, 0))} records`);
  const recipe = draftSource({ file, extractor, options, tables: found });
  return { ...told, tables: found, recipe };
}

/** Tables of the target that the log speaks of. */
function tablesOf({ subjects }: LogProfile, tables: readonly Table[]): string[] {
  const named = subjects.flatMap(({ of, name }) => (of === "table" ? name.slice(name.lastIndexOf(".") + 1) : []));
  return tables.filter(({ name }) => named.some((each) => sameName(each, name))).map(({ id }) => id);
}

async function readingOf(file: EvidenceFile, request: ProfileRequest, signal: AbortSignal): Promise<Reading> {
  refuseEmpty(file);
  const sniffed = request.as === undefined ? await sniff(file, new Set(extractors.map(({ id }) => id))) : undefined;
  const extractor = findExtractor(request.as ?? sniffed?.extractor ?? "csv");
  const evidence = sniffed === undefined ? [] : [`extractor ${sniffed.extractor}: ${sniffed.evidence}`];
  const given = { options: { ...placeOf(file), ...sniffed?.options, ...request.options }, evidence };
  if (!guessed.has(extractor.id)) return { extractor, ...given };
  const limit = request.all ? Number.POSITIVE_INFINITY : defaultLimits.characters;
  const encoded = await withEncoding(file, given, "fallbackEncoding" in extractor.options.shape, limit, signal);
  return { extractor, ...(extractor.id === "csv" ? await withDialect(file, encoded, signal) : encoded) };
}

/** How a recipe names the file, or the archive and its member. */
function placeOf({ name, member }: EvidenceFile): Options {
  if (member === undefined) return { path: name };
  return { path: name.slice(0, -member.name.length - 1), members: member.name };
}

type Told = Omit<Reading, "extractor">;

async function withEncoding(
  file: EvidenceFile,
  { options, evidence }: Told,
  hasFallback: boolean,
  limit: number,
  signal: AbortSignal,
): Promise<Told> {
  if (options["encoding"] !== undefined) return { options, evidence };
  const guess = await guessEncoding(file, limit, signal);
  if (guess === undefined) return { options, evidence };
  return {
    options: {
      ...options,
      ...(guess.encoding === "utf-8" ? {} : { encoding: guess.encoding }),
      ...(guess.fallback === undefined || !hasFallback ? {} : { fallbackEncoding: guess.fallback }),
    },
    evidence: [...evidence, `encoding ${guess.encoding}: ${guess.evidence}`],
  };
}

async function withDialect(file: EvidenceFile, { options, evidence }: Told, signal: AbortSignal): Promise<Told> {
  if (options["delimiter"] !== undefined && options["header"] !== undefined) return { options, evidence };
  parseOptions(findExtractor("csv"), options);
  const head = await headOf(file, options["encoding"] as string | undefined, signal);
  const guess = guessCsv(head, options);
  const delimiter =
    options["delimiter"] === undefined
      ? [`delimiter ${JSON.stringify(guess.delimiter)}: ${guess.evidence.delimiter}`]
      : [];
  const header =
    options["header"] === undefined ? [`${guess.header ? "header" : "no header"}: ${guess.evidence.header}`] : [];
  return {
    options: {
      ...options,
      ...(guess.delimiter === "," ? {} : { delimiter: guess.delimiter }),
      ...(guess.header ? {} : { header: false }),
    },
    evidence: [...evidence, ...delimiter, ...header],
  };
}

const headLength = 64 * 1024;

async function headOf(file: EvidenceFile, encoding: string | undefined, signal: AbortSignal): Promise<string> {
  let text = "";
  for await (const chunk of readText(file, { encoding, signal })) {
    text += chunk.text;
    if (text.length >= headLength) break;
  }
  return text;
}

function parseOptions(extractor: Extractor, options: Options): Record<string, unknown> {
  const parsed = extractor.options.safeParse(options, { error: explainIssue });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => pathFaults(issue));
  throw new UserError({
    what: `the options for ${extractor.id} do not hold: ${faults.map(({ path: at, message }) => `${formatPath(at)} ${message}`).join("; ")}`,
    remedy: `Correct --option; docs/reference/extractors/${extractor.id}.md lists what there is`,
  });
}

function withoutSurvey({ name }: EvidenceFile, { id }: Extractor): UserError {
  return new UserError({
    what: `the extractor ${id} cannot show a file without a recipe`,
    remedy: "Write the source into a recipe, and check that",
    where: { file: name },
  });
}
