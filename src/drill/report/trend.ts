/** Past drills, from their journal: one JSON object a line, only ever added to. */
import fs from "node:fs";
import { z } from "zod";
import { trendEnd, trendScore } from "./schema.ts";
import type { TrendPoint } from "./schema.ts";

const end = z.object({
  kind: z.literal("drill"),
  event: z.literal("end"),
  at: z.string(),
  versions: z.record(z.string(), z.unknown()).optional(),
  ...trendEnd,
  score: trendScore,
});

/** Oldest first, as they stand. Lines that are cut, or of something else, are passed over; a journal that is not there has none. */
export function readTrend(journal: string): TrendPoint[] {
  if (!fs.existsSync(journal)) return [];
  return fs.readFileSync(journal, "utf8").split("\n").flatMap(pointOf);
}

function pointOf(line: string): TrendPoint[] {
  const parsed = end.safeParse(objectOf(line));
  if (!parsed.success) return [];
  const { at: when, versions, status, verdict, score } = parsed.data;
  const version = versions?.["tablesalvage"];
  return [{ when, version: typeof version === "string" ? version : "unknown", status, verdict, ...score }];
}

function objectOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
