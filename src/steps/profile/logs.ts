/** Step: what are these logs? Their format, their times, and what they speak of. */
import type { EvidenceFile, Extractor, LogSurveyContext, SurveyedLog } from "../../extract/extractor.ts";
import type { Incident } from "../../incident.ts";
import { count } from "../../text.ts";
import { masksOf } from "../masks.ts";
import type { Services } from "../services.ts";
import { checkContext, type PreparedSource } from "../sources.ts";
import { defaultLimits, noLimits } from "./table.ts";

/** One log: part of the document that `salvage check --json` prints. */
export interface LogProfile extends SurveyedLog {
  readonly file: string;
}

interface LogToLookAt {
  readonly file: EvidenceFile;
  readonly extractor: Extractor;
  readonly options: Readonly<Record<string, unknown>>;
  readonly context: Omit<LogSurveyContext, "characters">;
  readonly all: boolean;
}

/** Undefined where the extractor reads no logs. Throws UserError as the extractor does. */
export async function profileLog(
  { file, extractor, options, context, all }: LogToLookAt,
  { reporter }: Pick<Services, "reporter">,
): Promise<LogProfile | undefined> {
  if (extractor.surveyLog === undefined) return undefined;
  const task = reporter.task("look at", file.name);
  const { characters } = all ? noLimits : defaultLimits;
  const surveyed = await extractor.surveyLog(file, options, { ...context, characters });
  task.finish(`${count(surveyed.records)} records`);
  return { file: file.name, ...surveyed };
}

/** The logs of a recipe's source; none where its extractor reads none. Where values are masked, what its lines look like is left out. */
export async function profileLogs(
  incident: Incident,
  prepared: PreparedSource,
  services: Services,
  all: boolean,
): Promise<LogProfile[]> {
  const { extractor, source, files } = prepared;
  const context = checkContext(incident, prepared, services.signal);
  const { isActive } = masksOf(incident);
  const profiles: LogProfile[] = [];
  for (const file of files) {
    const profile = await profileLog({ file, extractor, options: source.options, context, all }, services);
    if (profile === undefined) return [];
    const subjects = isActive ? profile.subjects.filter((subject) => subject.of === "table") : profile.subjects;
    profiles.push({ ...profile, subjects, suggested: {} });
  }
  return profiles;
}
