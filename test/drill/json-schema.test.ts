import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { drillJsonSchema } from "../../src/drill/plan/json-schema.ts";
import { loadPlan } from "../../src/drill/plan/load.ts";
import { undescribed } from "../support/json-schema.ts";
import type { JsonSchema } from "../support/json-schema.ts";

const root = path.join(import.meta.dirname, "../..");
const folder = path.join(root, "recipes/drills");
const ready = fs.readdirSync(folder).toSorted();

describe("drill.schema.json", () => {
  it("is current: `npm run schema` writes it", () => {
    expect(fs.readFileSync(path.join(root, "drill.schema.json"), "utf8")).toBe(drillJsonSchema());
  });

  const schema = JSON.parse(drillJsonSchema()) as JsonSchema;

  it("describes every field", () => expect(undescribed(schema)).toEqual([]));

  it("takes no unknown key", () => expect(schema.additionalProperties).toBe(false));
});

describe("ready drills", () => {
  it("there are some", () => expect(ready.length).toBeGreaterThan(5));

  const schema = z.fromJSONSchema(JSON.parse(drillJsonSchema()) as Parameters<typeof z.fromJSONSchema>[0]);

  it.each(ready)("%s is valid by the schema that it refers to", (name) => {
    const text = fs.readFileSync(path.join(folder, name), "utf8");
    const [, referred = ""] = /^# yaml-language-server: \$schema=(\S+)$/m.exec(text) ?? [];
    expect(path.resolve(folder, referred)).toBe(path.join(root, "drill.schema.json"));
    expect(schema.safeParse(parse(text))).toMatchObject({ success: true });
  });

  it.each(ready)("%s is a plan of the file's name", (name) => {
    expect(`${loadPlan(path.join(folder, name)).drill}.yaml`).toBe(name);
  });

  it("the schema refuses what a plan may not hold", () => {
    const given = parse(fs.readFileSync(path.join(folder, "bad-update.yaml"), "utf8")) as object;
    expect(schema.safeParse({ ...given, sorvivors: {} }).success).toBe(false);
    expect(schema.safeParse({ ...given, survivors: { x: { format: "stone" } } }).success).toBe(false);
  });
});
