/** Audit tables on servers: captured as any table of theirs is, and read from the capture. */
import { z } from "zod";
import { UserError } from "../../errors.ts";
import { sameName, tableName } from "../../schema/model.ts";
import { defaultConventions, type RawValue } from "../../values/codec.ts";
import { wallClock } from "../../values/wall-clock.ts";
import { follow } from "../capture/capturing.ts";
import { refuseAltered } from "../capture/folder.ts";
import type { CapturedColumn, CapturedTable } from "../capture/manifest.ts";
import type { Fields } from "../events/changes.ts";
import { ChangeFeed, type Placed } from "../events/feed.ts";
import { TableRoutes } from "../events/routes.ts";
import {
  type CheckContext,
  defineExtractor,
  type EvidenceFile,
  type ExtractContext,
  type Extractor,
  type ObservationBatch,
  type TableMapping,
} from "../extractor.ts";
import { captureServer } from "../server/capture.ts";
import { begunTable, planReading } from "../server/capture-table.ts";
import { type CapturedRows, readCaptured } from "../server/captured-rows.ts";
import { readingOf, withServer } from "../server/extractor.ts";
import { placed } from "../server/job.ts";
import type { Server, ServerKind } from "../server/kind.ts";
import { questionOf } from "../server/question.ts";
import { beginCapture, notCaptured } from "../server/read.ts";
import { findRelation } from "../server/tables.ts";
import { columnsOf } from "./form.ts";
import { type AuditSettings, auditOptionsIn } from "./options.ts";
import { ReadOrder } from "./order.ts";
import type { AuditForm } from "./reader.ts";
import { auditReader, onlyTable } from "./readers.ts";

/** A table of the server that is an audit. */
interface AskedAudit {
  /** As a table that is captured whole. */
  readonly asked: TableMapping;
  /** The table that it tells of; undefined: its rows say it. */
  readonly mapping: TableMapping | undefined;
}

const example = (kind: string) => `audit:
  extractor: ${kind}-audit
  connection: \${env:AUDIT_URL}
  table: AuditLog
  tableName: TableName
  key: RecordID
  column: FieldName
  old: OldValue
  new: NewValue
  at: ChangedAt
`;

export function auditOnServer<Schema extends z.ZodObject>(kind: ServerKind<Schema>): Extractor {
  const { ranges: _, ...place }: z.ZodRawShape = kind.options.shape;
  const table = z
    .string()
    .min(1)
    .optional()
    .describe("The table that is the audit. Default, where rows are copied: the `from` of each target table.");
  const options = auditOptionsIn({ ...place, table });
  type Options = z.infer<typeof options>;
  const given = (all: Options) => kind.options.parse(only(all, Object.keys(kind.options.shape)));
  const settingsOf = (all: Options) => all as unknown as AuditSettings & { readonly table?: string };
  const asking = (all: Options, { mappings }: Pick<CheckContext, "mappings">) => askedOf(settingsOf(all), mappings);
  return defineExtractor({
    id: `${kind.id}-audit`,
    summary: `Reads audit tables on a server as \`${kind.id}\` does: a row for each changed cell, or a copy of each changed row.`,
    options,
    example: example(kind.id),
    captures: true,
    timesRows: true,
    locate: (all) => kind.locate(given(all)),
    inputs: () => [],
    check: (all, context) => {
      const audits = asking(all, context);
      return withServer(readingOf(kind, given(all)), context, (server) => probe(server, audits, settingsOf(all)));
    },
    capture: (all, context) =>
      captureServer(readingOf(kind, given(all)), {
        ...context,
        mappings: asking(all, context).map(({ asked }) => asked),
      }),
    async *extract(all, context) {
      const audits = asking(all, context);
      const mappings = audits.map(({ asked }) => asked);
      const { capturing, stop } = beginCapture(readingOf(kind, given(all)), { ...context, mappings });
      try {
        const routes = new TableRoutes(context.mappings);
        for (const audit of audits) yield* stageAudit(audit, { settings: settingsOf(all), routes, capturing }, context);
        while (await capturing.more());
        for (const warning of context.capture().warnings) context.warn(warning);
        if (routes.passedOver.length > 0)
          context.warn(
            `tables of the audit that feed no target table are passed over: ${routes.passedOver.join(", ")}`,
          );
      } finally {
        await stop();
      }
    },
  });
}

function only(all: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(all).filter(([name, value]) => names.includes(name) && value !== undefined));
}

/** Throws UserError where the recipe does not say which table is meant. */
function askedOf(
  settings: AuditSettings & { readonly table?: string },
  mappings: readonly TableMapping[],
): AskedAudit[] {
  const { table, column } = settings;
  if (column !== undefined) {
    if (table === undefined) throw unnamed();
    return [{ asked: wholeTable(table), mapping: onlyTable(settings, mappings) }];
  }
  const audits = mappings.flatMap((mapping) => {
    const from = mapping.from ?? (mappings.length === 1 ? table : undefined);
    return from === undefined || (table !== undefined && !sameName(table, from))
      ? []
      : [{ asked: wholeTable(from), mapping }];
  });
  if (audits.length === 0) throw unnamed();
  return audits;
}

function unnamed(): UserError {
  return new UserError({
    what: "nothing says which of the server's tables is the audit",
    remedy: "Name it with `table`; or, where rows are copied, with a `from` for each target table",
  });
}

function wholeTable(from: string): TableMapping {
  const none = { columns: [], unique: [], foreignKeys: [], checks: [], attachments: [] };
  return {
    table: { schema: "", name: from, id: tableName("audit", from), ...none },
    from,
    columns: new Map(),
    cutAt: new Map(),
  };
}

/** Table and columns are tried; no row is read. */
async function probe(server: Server, audits: readonly AskedAudit[], settings: AuditSettings): Promise<void> {
  for (const { asked } of audits)
    await placed(asked, async () => {
      const relation = await findRelation(server, asked);
      if (relation === undefined) return;
      const { columns } = begunTable("", planReading(relation));
      columnsOf(
        settings,
        columns.map(({ name }) => name),
        { table: asked.from ?? "" },
      );
    });
}

interface Surroundings {
  readonly settings: AuditSettings;
  readonly routes: TableRoutes;
  readonly capturing: ReturnType<typeof beginCapture>["capturing"];
}

async function* stageAudit(
  { asked, mapping }: AskedAudit,
  { settings, routes, capturing }: Surroundings,
  context: ExtractContext,
): AsyncGenerator<ObservationBatch> {
  const files = follow(() => context.capture(), [asked.table.id, questionOf(asked)], capturing);
  const order = new ReadOrder();
  let next = await files.next();
  for (; next.done !== true; next = await files.next()) {
    context.signal.throwIfAborted();
    const file = context.capture().evidence(next.value.file);
    refuseAltered(file);
    const { columns } = next.value.table;
    const form = formOf(settings, columns, asked, context);
    const feed = new ChangeFeed(file, context, { conventions: form.conventions });
    const read = auditReader(form, routes, mapping);
    for await (const captured of readCaptured(file)) {
      context.read(captured.rows.length);
      for (const [index, row] of captured.rows.entries())
        yield* feed.take(order.note(read(fieldsOf(row, columns, context.zone))), placeOf(file, captured, index), true);
    }
    yield* feed.end();
  }
  tell(asked, next.value, context);
  const disorder = order.sentence();
  if (disorder !== undefined) context.warn(`${asked.from}: ${disorder}`);
}

function formOf(
  settings: AuditSettings,
  columns: readonly CapturedColumn[],
  { from = "" }: TableMapping,
  { zone }: ExtractContext,
): AuditForm {
  const names = columns.map(({ name }) => name);
  const conventions = { ...defaultConventions, dateOrder: settings.dateFormat ?? "ymd" } as const;
  return { settings, columns: columnsOf(settings, names, { table: from }), conventions, zone };
}

/** Moments are put on the source's clock; a text of a sql_variant is without its base type. */
function fieldsOf(row: readonly (RawValue | null)[], columns: readonly CapturedColumn[], zone: string): Fields {
  return new Map(
    columns.map(({ name, isInstant, declaredType }, index): [string, RawValue | null] => {
      const cell = row[index] ?? null;
      if (typeof cell !== "string") return [name, cell];
      const text = declaredType === "sql_variant" ? cell.slice(cell.indexOf(":") + 1) : cell;
      return [name, isInstant ? wallClock(text, zone) : text];
    }),
  );
}

function placeOf(file: EvidenceFile, { line, raw }: CapturedRows, index: number): Placed {
  const position = line + index;
  return { positionsAre: "line", position, raw: () => raw(index), locate: () => ({ file, line: position }) };
}

function tell(asked: TableMapping, captured: CapturedTable | undefined, context: ExtractContext): void {
  if (captured === undefined) throw notCaptured(context.capture().location);
  for (const limit of captured.limits) context.warn(`${asked.from}: ${limit}`);
}
