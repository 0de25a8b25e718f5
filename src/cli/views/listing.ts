/** Extractors and rules, with what can be said to them. */
import { z } from "zod";
import { section } from "../terminal.ts";
import type { Paint } from "../terminal.ts";
import { printable } from "../text.ts";

export interface Listed {
  readonly id: string;
  readonly summary: string;
  readonly options: z.ZodType;
  readonly example: string;
}

interface OptionSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
  readonly required?: readonly string[];
}

/** The form of `--json`: options as a JSON Schema. */
export interface ListedDocument {
  readonly id: string;
  readonly summary: string;
  readonly options: OptionSchema;
  readonly example: string;
}

export function documentOf({ id, summary, options, example }: Listed): ListedDocument {
  const { $schema: _, ...schema } = z.toJSONSchema(options, { io: "input", unrepresentable: "any" });
  return { id, summary, options: schema as OptionSchema, example };
}

function optionLines({ description, properties = {}, required = [] }: OptionSchema): string[] {
  const names = Object.keys(properties);
  const widest = Math.max(0, ...names.map((name) => name.length));
  const lines = names.map((name) => {
    const needed = required.includes(name) ? " (required)" : "";
    return `  ${name.padEnd(widest)}  ${printable(properties[name]?.description ?? "")}${needed}`;
  });
  return description === undefined ? lines : [`  options: ${printable(description)}`, ...lines];
}

export function listingView(listed: readonly ListedDocument[], paint: Paint): string {
  const blocks = listed.map((item) => {
    const example = item.example
      .trim()
      .split("\n")
      .map((line) => `    ${line}`);
    return section(
      item.id,
      [item.summary, ...optionLines(item.options), ...example.map((line) => line.slice(2))],
      paint,
    );
  });
  return blocks.flat().join("\n").trimStart();
}
