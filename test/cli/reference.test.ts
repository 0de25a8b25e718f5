import fs from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { extractorReference } from "../../src/cli/reference.ts";
import { extractors } from "../../src/extract/registry.ts";
import type { Extractor } from "../../src/extract/extractor.ts";

const folder = new URL("../../docs/reference/extractors/", import.meta.url);

describe("reference pages", () => {
  it.each(extractors)("the page of $id is current: `npm run docs` writes it", (extractor) => {
    expect(fs.readFileSync(new URL(`${extractor.id}.md`, folder), "utf8")).toBe(extractorReference(extractor));
  });

  it("there is no page without its extractor", () => {
    expect(fs.readdirSync(folder).toSorted()).toEqual(extractors.map(({ id }) => `${id}.md`).toSorted());
  });

  it("tells an option's type, default and description", () => {
    const options = z.strictObject({
      path: z.string().describe("Where it lies."),
      mode: z.enum(["a", "b"]).default("a").describe("This | that."),
      quote: z.union([z.string(), z.literal(false)]).optional(),
      names: z.array(z.string()).default([]),
    });
    const page = extractorReference({
      id: "x",
      summary: "Reads x.",
      options,
      example: "x: 1\n",
    } as unknown as Extractor);
    expect(page.split("\n").filter((line) => line.startsWith("| `"))).toEqual([
      "| `path` | string | required | Where it lies. |",
      '| `mode` | `"a"` or `"b"` | `"a"` | This \\| that. |',
      "| `quote` | string or `false` |  |  |",
      "| `names` | list of string | `[]` |  |",
    ]);
    expect(page).toContain("# x\n\nReads x.\n");
    expect(page.endsWith("```yaml\nx: 1\n```\n")).toBe(true);
  });
});
