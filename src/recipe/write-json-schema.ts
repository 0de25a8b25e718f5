/** `npm run schema` writes recipe.schema.json; `npm run schema:check` fails where it is stale. */
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { extractors } from "../extract/registry.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { recipeJsonSchema } from "./json-schema.ts";

const file = fileURLToPath(new URL("../../recipe.schema.json", import.meta.url));
const current = recipeJsonSchema(extractors);

if (!process.argv.includes("--check")) writeFileAtomic(file, current);
else if (!fs.existsSync(file) || fs.readFileSync(file, "utf8") !== current) {
  process.stderr.write("recipe.schema.json is stale: run `npm run schema`\n");
  process.exitCode = 1;
}
