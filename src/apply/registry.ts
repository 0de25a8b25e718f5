/** The databases that scripts can be run in. */
import { UserError } from "../errors.ts";
import type { TargetDatabase } from "../verify/target/database.ts";
import type { Loader } from "./loader.ts";
import { mysqlLoader } from "./mysql.ts";
import { postgresLoader } from "./postgres.ts";
import { sqliteLoader } from "./sqlite.ts";
import { sqlserverLoader } from "./sqlserver.ts";

const loaders: readonly Loader[] = [sqlserverLoader, postgresLoader, mysqlLoader, sqliteLoader];

/** Throws UserError where the scripts are not for such a database. */
export function loaderFor(dialect: string, target: TargetDatabase): Loader {
  const loader = loaders.find((each) => each.dialect === dialect);
  if (loader?.extractor === target.extractor.id) return loader;
  throw new UserError({
    what: `the scripts are for ${dialect}, and the target ${target.location} is read by ${target.extractor.id}`,
    remedy: "Set target.dialect in the recipe and emit the scripts again, or name another target",
  });
}
