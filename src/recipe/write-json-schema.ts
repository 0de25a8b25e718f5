/** `npm run schema` writes recipe.schema.json and drill.schema.json; `npm run schema:check` fails where one is stale. */
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { drillJsonSchema } from "../drill/plan/json-schema.ts";
import { extractors } from "../extract/registry.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { recipeJsonSchema } from "./json-schema.ts";

const schemas = { "recipe.schema.json": recipeJsonSchema(extractors), "drill.schema.json": drillJsonSchema() };

for (const [name, current] of Object.entries(schemas)) {
  const file = fileURLToPath(new URL(`../../${name}`, import.meta.url));
  if (!process.argv.includes("--check")) writeFileAtomic(file, current);
  else if (!fs.existsSync(file) || fs.readFileSync(file, "utf8") !== current) {
    process.stderr.write(`${name} is stale: run \`npm run schema\`\n`);
    process.exitCode = 1;
  }
}
