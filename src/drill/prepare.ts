/** Everything up to the rescue: the truth, its history, the disaster, and what survives. */
import fs from "node:fs";
import path from "node:path";
import type { Services } from "../pipeline.ts";
import { drillLayout } from "./directory.ts";
import { Sandbox } from "./disaster/sandbox.ts";
import type { History } from "./history/model.ts";
import { simulateHistory, truthOf } from "./history/simulate.ts";
import { checkNames } from "./plan/check.ts";
import type { DrillPlan } from "./plan/model.ts";
import { deriveSurvivor, lastGood } from "./survivors/derive.ts";
import type { Survivor } from "./survivors/derive.ts";
import { generateShop } from "./truth/generate.ts";
import type { Truth, TruthTable } from "./truth/model.ts";
import { readTruth } from "./truth/read.ts";

/** A struck database, from which any number of survivors can be derived. */
export interface Struck {
  readonly ddl: string;
  readonly history: History;
  readonly wreck: readonly TruthTable[];
  /** As T-SQL. */
  readonly strikes: readonly string[];
}

interface Means {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly services: Services;
}

/** Makes the sandbox and lets disaster strike it. */
export async function strike(plan: DrillPlan, means: Means): Promise<Struck> {
  const { production } = drillLayout(means.directory);
  const truth = await truthFor(plan, means);
  checkNames(
    plan,
    truth.tables.map(({ table }) => table),
  );
  const history = simulateHistory(truth, plan.history, plan);
  const sandbox = new Sandbox(production, truthOf(history), plan.seed);
  try {
    const strikes = plan.strikes.flatMap((each) => sandbox.strike(each));
    return { ddl: truth.ddl, history, wreck: sandbox.wreck(), strikes };
  } finally {
    sandbox.close();
  }
}

async function truthFor(plan: DrillPlan, { directory, environment, services }: Means): Promise<Truth> {
  const { truth, seed } = plan;
  if ("generate" in truth) return generateShop({ seed, scale: truth.scale, until: lastGood(plan) });
  return readTruth(plan, truth, { folder: drillLayout(directory).truth, environment, services });
}

/** Derives what survives and writes it into a folder, with the schema beside it. */
export async function writeSurvivors(
  plan: DrillPlan,
  struck: Struck,
  folder: string,
  environment: Means["environment"],
): Promise<Survivor[]> {
  const survivors: Survivor[] = [];
  for (const survivor of plan.survivors)
    if (survivor.damage.missing !== true)
      survivors.push(await deriveSurvivor(survivor, { plan, environment, ...struck }));
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "schema.sql"), struck.ddl);
  for (const { plan: own, files } of survivors) {
    fs.mkdirSync(path.join(folder, own.id), { recursive: true });
    for (const { name, bytes } of files) fs.writeFileSync(path.join(folder, own.id, name), bytes);
  }
  return survivors;
}
