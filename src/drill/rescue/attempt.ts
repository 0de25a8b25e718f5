/** One attempt at the rescue: a recipe, the pipeline, a rebuilt database, a score. What fails is told, and is no score. */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../../errors.ts";
import type { Services } from "../../pipeline.ts";
import { readTarget } from "../../verify/target/database.ts";
import type { TargetDatabase } from "../../verify/target/database.ts";
import type { History } from "../history/model.ts";
import type { DrillPlan } from "../plan/model.ts";
import type { Mistake } from "../score/evidence.ts";
import type { Score } from "../score/model.ts";
import { scoreRescue } from "../score/score.ts";
import type { Survivor } from "../survivors/derive.ts";
import { matchedHoldings } from "../survivors/unmatched.ts";
import { rescueLayout } from "../directory.ts";
import { freshFile, rescue } from "./rebuild.ts";
import type { Rescued } from "./rebuild.ts";
import { recipeText } from "./recipe.ts";
import type { Stopwatch } from "./stopwatch.ts";

/** Where an attempt has its files: its recipe lies in the drill's directory, from where its paths start. */
interface AttemptPlace {
  readonly directory: string;
  /** `incident`, or the variation's name. */
  readonly name: string;
  /** Absolute folder of the evidence. */
  readonly evidence: string;
}

export interface Attempt {
  readonly plan: DrillPlan;
  readonly history: History;
  readonly survivors: readonly Survivor[];
  readonly place: AttemptPlace;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Undefined: a SQLite file beside the recipe. */
  readonly server?: TargetDatabase | undefined;
}

export interface Attempted {
  readonly score: Score;
  readonly rescued: Rescued;
  readonly mistakes: readonly Mistake[];
}

const dialects: Readonly<Record<string, string>> = {
  mssql: "sqlserver",
  postgres: "postgres",
  mysql: "mysql",
  sqlite: "sqlite",
};

/** Throws UserError where the rescue cannot be done. */
export async function attempt(given: Attempt, services: Services, watch: Stopwatch): Promise<Attempted> {
  const { plan, history, survivors, place, server } = given;
  const layout = rescueLayout(place.directory, place.name);
  const target = server ?? readTarget(layout.rebuilt, (file) => file);
  const dialect = dialects[target.extractor.id];
  if (dialect === undefined)
    throw new UserError({
      what: `nothing can be rebuilt in ${target.location}`,
      remedy: "Name a server or a SQLite file",
    });
  fs.mkdirSync(path.dirname(layout.recipe), { recursive: true });
  const evidence = path.relative(path.dirname(layout.recipe), place.evidence).replaceAll(path.sep, "/");
  const places = { schema: `${evidence}/schema.sql`, folderOf: (id: string) => `${evidence}/${id}` };
  fs.writeFileSync(layout.recipe, recipeText(plan, survivors, dialect, places));
  if (server === undefined) freshFile(layout.rebuilt);
  const rescued = await rescue(
    { recipe: layout.recipe, directory: layout.incident, target, environment: given.environment },
    services,
    watch,
  );
  const mistakes: Mistake[] = [];
  const score = await watch.measure("score", () =>
    scoreRescue(
      plan,
      history,
      matchedHoldings(
        survivors,
        history.tables.map(({ table }) => table),
      ),
      rescued,
      (mistake) => mistakes.push(mistake),
    ),
  );
  return { score, rescued, mistakes };
}
