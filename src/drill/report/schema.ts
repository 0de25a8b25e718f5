/** Reads what a drill left in files: a scorecard of its own, and the one beside an incident with the drills before it. */
import fs from "node:fs";
import { z } from "zod";
import { UserError } from "../../errors.ts";
import type { Scorecard } from "../score/model.ts";

/** A past drill, as its journal has it: what it says of time is evidence. */
export interface TrendPoint {
  /** ISO 8601, UTC. */
  readonly when: string;
  readonly seed: number;
  /** Of tablesalvage. */
  readonly version: string;
  readonly status: Scorecard["status"];
  readonly verdict: Scorecard["verdict"];
  /** 0 to 1. */
  readonly rowRecall: number;
  /** 0 to 1. */
  readonly cellRecall: number;
  readonly wronglySilent: number;
  readonly fabricated: number;
  readonly barsPassed: number;
  readonly bars: number;
}

/** What stands in an incident's `drill.json`. */
export interface DrillRecord {
  readonly scorecard: Scorecard;
  /** Oldest first. */
  readonly trend: readonly TrendPoint[];
}

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);
const status = z.enum(["completed", "failed"]);
const verdict = z.enum(["passed", "below"]).nullable();

const rows = z.object({
  truth: count,
  rebuilt: count,
  recovered: count,
  missed: count,
  fabricated: count,
  resurrected: count,
  chimeric: count,
  chimericGroups: count,
  recoverable: count,
  recoveredOfRecoverable: count,
});

const cells = z.object({
  all: count,
  right: count,
  wrong: count,
  abstained: count,
  fabricated: count,
  wronglySilent: count,
  wrongFlagged: count,
  wronglyFlagged: count,
  recoverable: count,
  recoveredOfRecoverable: count,
});

const score = z.object({
  rows,
  cells,
  tables: z.array(
    z.object({ table: z.string(), rows, cells, recoveryPoint: z.string().nullable(), lost: z.number().nullable() }),
  ),
  people: z.object({ cells: count, rows: count, records: count, milliseconds: z.number().nonnegative() }),
});

const variation = z.object({ name: z.string(), status, error: z.string().nullable(), score: score.nullable() });

const scorecard: z.ZodType<Scorecard> = z.object({
  drill: z.string(),
  seed: z.number(),
  scale: z.number().nullable(),
  status,
  verdict,
  error: z.string().nullable(),
  survivors: z.array(z.object({ id: z.string(), format: z.string(), isMissing: z.boolean() })),
  rebuilds: z.array(
    z.object({
      engine: z.string(),
      score,
      bars: z.array(
        z.object({ bar: z.string(), expected: z.string(), found: z.string().nullable(), holds: z.boolean() }),
      ),
    }),
  ),
  leaveOneOut: z.array(variation),
  sweep: z.object({ parameter: z.string(), points: z.array(variation.extend({ value: z.number() })) }).nullable(),
});

/** What the end of a drill says of it in its journal. */
export const trendScore = z.object({
  rowRecall: share,
  cellRecall: share,
  wronglySilent: count,
  fabricated: count,
  barsPassed: count,
  bars: count,
  seed: z.number(),
});

export const trendEnd = { status, verdict };

const drillRecord: z.ZodType<DrillRecord> = z.object({
  scorecard,
  trend: z.array(trendScore.extend({ ...trendEnd, when: z.string(), version: z.string() })),
});

/** @throws UserError where the file is damaged, or not there */
export function readScorecard(file: string): Scorecard {
  return read(file, scorecard, "a drill's scorecard");
}

/** @throws UserError where the file is damaged, or not there */
export function readDrillRecord(file: string): DrillRecord {
  return read(file, drillRecord, "what a drill leaves beside its incident");
}

function read<Form>(file: string, form: z.ZodType<Form>, name: string): Form {
  try {
    return form.parse(JSON.parse(fs.readFileSync(file, "utf8")));
  } catch (cause) {
    throw new UserError({
      what: `this is not ${name}${placeOf(cause)}`,
      where: { file },
      remedy: "Run the drill again: it writes the file anew; or remove the file",
      cause,
    });
  }
}

/** Where in the file the first fault lies. */
function placeOf(cause: unknown): string {
  const [issue] = cause instanceof z.ZodError ? cause.issues : [];
  return issue === undefined ? "" : `: ${issue.path.join(".") || "the whole"}: ${issue.message}`;
}
