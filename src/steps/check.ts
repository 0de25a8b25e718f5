/** Step: is everything there that the recipe names, and what do the files hold? Nothing is staged. */
import { UserError } from "../errors.ts";
import type { Incident } from "../incident.ts";
import type { RecipeSource } from "../recipe/recipe.ts";
import { type LogProfile, profileLogs } from "./profile/logs.ts";
import { profileSource } from "./profile/sources.ts";
import type { TableProfile } from "./profile/table.ts";
import type { Services } from "./services.ts";
import { checkContext, prepareSource } from "./sources.ts";

export interface CheckedSource {
  readonly id: string;
  readonly extractor: string;
  readonly files: readonly {
    readonly name: string;
    readonly bytes: number;
    /** ISO 8601, UTC; null where it tells none. Only of a source whose files tell their own times. */
    readonly asOf?: string | null;
  }[];
  /** What cannot be read of its archives, one sentence each. */
  readonly losses?: readonly string[];
  /** Where a server is; undefined for files and programs. */
  readonly location?: string;
  /** The tables as they lie in the files, where the extractor can show them. */
  readonly tables?: readonly TableProfile[];
  /** What its files are, where they are logs. */
  readonly logs?: readonly LogProfile[];
}

export interface CheckOptions {
  /** Look at every record, however many. */
  readonly all?: boolean | undefined;
}

/** Probes every source. Throws a UserError that names all sources that fail, or the one. */
export async function checkIncident(
  incident: Incident,
  services: Services,
  { all = false }: CheckOptions = {},
): Promise<CheckedSource[]> {
  const checked: CheckedSource[] = [];
  const failures: UserError[] = [];
  for (const source of incident.recipe.sources) {
    services.signal.throwIfAborted();
    try {
      checked.push(await checkSource(incident, source, services, all));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failures.push(ofSource(error, source.id));
    }
  }
  if (failures.length > 0) throw summarizeFailures(failures);
  return checked;
}

async function checkSource(
  incident: Incident,
  source: RecipeSource,
  services: Services,
  all: boolean,
): Promise<CheckedSource> {
  const prepared = await prepareSource(incident, source);
  await prepared.extractor.check?.(source.options, checkContext(incident, prepared, services.signal));
  const files = prepared.files.map(({ name, bytes, asOf }) => ({
    name,
    bytes,
    ...(source.fileTimes === undefined ? {} : { asOf: asOf === undefined ? null : new Date(asOf).toISOString() }),
  }));
  const losses = prepared.files.flatMap(({ archiveLosses }) => archiveLosses ?? []);
  const location = prepared.extractor.locate?.(source.options);
  const tables = await profileSource(incident, prepared, services, all);
  const logs = await profileLogs(incident, prepared, services, all);
  return {
    id: source.id,
    extractor: source.extractor,
    files,
    ...(losses.length === 0 ? {} : { losses }),
    ...(location === undefined ? {} : { location }),
    ...(tables.length === 0 ? {} : { tables }),
    ...(logs.length === 0 ? {} : { logs }),
  };
}

/** The same, and which source it is of. */
function ofSource(error: UserError, source: string): UserError {
  if (error.where?.source !== undefined) return error;
  const { what, remedy, where, cause } = error;
  return new UserError({ what, remedy, where: { ...where, source }, cause });
}

function summarizeFailures(failures: readonly UserError[]): UserError {
  const [only, another] = failures;
  if (only !== undefined && another === undefined) return only;
  return new UserError({
    what: `${failures.length} sources cannot be read:\n${failures.map((failure) => `- ${failure.message}`).join("\n")}`,
    remedy: "Put them right one by one; nothing was read",
    cause: new AggregateError(failures),
  });
}
