import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { extractors } from "../../src/extract/registry.ts";
import { rules } from "../../src/reconcile/rules/registry.ts";
import { recipeJsonSchema } from "../../src/recipe/json-schema.ts";
import { simpleRules } from "../../src/recipe/schema.ts";
import { undescribed } from "../support/json-schema.ts";
import type { JsonSchema } from "../support/json-schema.ts";

const root = path.join(import.meta.dirname, "../..");

describe("recipe.schema.json", () => {
  it("is current: `npm run schema` writes it", () => {
    expect(fs.readFileSync(path.join(root, "recipe.schema.json"), "utf8")).toBe(recipeJsonSchema(extractors));
  });

  const schema = JSON.parse(recipeJsonSchema(extractors)) as JsonSchema;

  it("describes every field", () => expect(undescribed(schema)).toEqual([]));

  it("looks into lists and alternatives for fields that are not described", () => {
    const hidden = { items: { anyOf: [{ properties: { hidden: {} } }] } };
    expect(undescribed(hidden)).toEqual([".*.*.hidden"]);
  });

  it("takes a source for every extractor, and no unknown key", () => {
    const sources = schema.properties?.["sources"]?.additionalProperties;
    const branches = (sources as JsonSchema).oneOf ?? [];
    expect(branches.map((branch) => branch.properties?.["extractor"]?.const)).toEqual(extractors.map(({ id }) => id));
    expect(branches.every((branch) => branch.additionalProperties === false)).toBe(true);
    expect(schema.additionalProperties).toBe(false);
  });
});

it("a recipe takes exactly the rules that there are", () => {
  expect(rules.map(({ id }) => id).toSorted()).toEqual([...simpleRules, "prefer"].toSorted());
});
