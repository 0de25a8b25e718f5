import { z } from "zod";
import type { Extractor } from "../extract/extractor.ts";
import { recipeSchema } from "./schema.ts";

/**
 * The recipe's JSON Schema as text, for editors. Draft 7: what the YAML language servers read.
 * A source takes the options of its `extractor`.
 */
export function recipeJsonSchema(extractors: readonly Extractor[]): string {
  const schema = z.toJSONSchema(recipeSchema(extractors), { target: "draft-7", io: "input" });
  return `${JSON.stringify({ title: "tablesalvage recipe", ...schema }, null, 2)}\n`;
}
