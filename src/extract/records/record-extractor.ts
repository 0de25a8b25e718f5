/** What extractors of files of records have in common: each file is opened, and feeds one table or none. */
import type { CheckContext, EvidenceFile, ExtractContext, ObservationBatch, SurveyedTable } from "../extractor.ts";
import { planColumns } from "./columns.ts";
import { settleDateOrders, unheard } from "./date-order.ts";
import { extractRecords, type RecordFile, skipRecords, surveyRecords } from "./record-file.ts";
import { type Route, routeFiles } from "./route.ts";

/** How a format's files are opened. */
export interface RecordFormat<Settings> {
  /** Those of the source's files that hold records. */
  files(settings: Settings, context: CheckContext): readonly EvidenceFile[];
  /** Settles the layout without reading the records. Throws UserError. */
  open(route: Route, settings: Settings, context: CheckContext): Promise<RecordFile>;
}

interface RecordExtractor<Settings> {
  check(settings: Settings, context: CheckContext): Promise<void>;
  survey(settings: Settings, context: CheckContext): AsyncGenerator<SurveyedTable>;
  extract(settings: Settings, context: ExtractContext): AsyncGenerator<ObservationBatch>;
}

export function recordExtractor<Settings>(format: RecordFormat<Settings>): RecordExtractor<Settings> {
  const routesOf = (settings: Settings, context: CheckContext) =>
    routeFiles(format.files(settings, context), context.mappings);
  return {
    async check(settings, context) {
      for (const route of routesOf(settings, context)) {
        const { fields, isEmpty } = await format.open(route, settings, context);
        if (route.mapping !== undefined && !isEmpty) planColumns(fields, route.mapping, { file: route.file.name });
      }
    },
    async *survey(settings, context) {
      for (const route of routesOf(settings, context)) yield surveyRecords(await format.open(route, settings, context));
    },
    async *extract(settings, context) {
      const routes = routesOf(settings, context);
      const total = routes.reduce((sum, { file }) => sum + file.bytes, 0);
      let done = 0;
      for (const route of routes) {
        const before = done;
        const progress = (bytesRead: number) => context.progress(before + bytesRead, total);
        yield* extractRoute(route, await format.open(route, settings, context), context, progress);
        done += route.file.bytes;
        context.progress(done, total);
      }
    },
  };
}

async function* extractRoute(
  { file, mapping }: Route,
  opened: RecordFile,
  context: ExtractContext,
  progress: (bytesRead: number) => void,
): AsyncGenerator<ObservationBatch> {
  if (mapping === undefined) await skipRecords(opened, context, progress);
  else if (opened.isEmpty) context.warn("the file is empty", { file });
  else
    yield* settleDateOrders(
      extractRecords(opened, mapping, context, progress),
      () => extractRecords(opened, mapping, unheard(context), () => undefined),
      (...told) => context.warn(...told),
    );
}
