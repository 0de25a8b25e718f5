/** Reference pages, rendered from the objects that they describe. */
import { z } from "zod";
import type { Extractor } from "../extract/extractor.ts";

/** The part of JSON Schema that options are made of. */
interface OptionSchema extends OptionsSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly OptionSchema[];
  readonly oneOf?: readonly OptionSchema[];
  readonly items?: OptionSchema;
}

interface OptionsSchema {
  readonly properties?: Readonly<Record<string, OptionSchema>>;
  readonly required?: readonly string[];
}

/** The Markdown page of one extractor: what it reads, its options, an example. */
export function extractorReference({ id, summary, options, example }: Extractor): string {
  return [
    "<!-- Written by `npm run docs` from the extractor itself; change that, not this. -->",
    `# ${id}`,
    summary,
    "## Options",
    optionTable(z.toJSONSchema(options, { io: "input", unrepresentable: "any" }) as OptionsSchema),
    "## Example",
    `\`\`\`yaml\n${example.trimEnd()}\n\`\`\``,
  ]
    .join("\n\n")
    .concat("\n");
}

function optionTable({ properties = {}, required = [] }: OptionsSchema): string {
  const rows = Object.entries(properties).map(([name, option]) => [
    code(name),
    typeOf(option),
    required.includes(name) ? "required" : defaultOf(option),
    (option.description ?? "").replaceAll("|", "\\|"),
  ]);
  return [["option", "type", "default", "what it says"], ["---", "---", "---", "---"], ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function typeOf(option: OptionSchema): string {
  const forms = option.anyOf ?? option.oneOf;
  if (forms !== undefined) return [...new Set(forms.map(typeOf))].join(" or ");
  if (option.enum !== undefined) return option.enum.map(literal).join(" or ");
  if (option.const !== undefined) return literal(option.const);
  if (option.items !== undefined) return `list of ${typeOf(option.items)}`;
  if (option.properties !== undefined) return mapOf(option);
  return option.type ?? "any";
}

/** `{ type: "msi", clientId? }`: the fields of a map, with the values that tell one form from another. */
function mapOf({ properties = {}, required = [] }: OptionsSchema): string {
  const fields = Object.entries(properties).map(([name, { const: value }]) => {
    if (value !== undefined) return `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`;
    return required.includes(name) ? name : `${name}?`;
  });
  return code(`{ ${fields.join(", ")} }`);
}

function defaultOf(option: OptionSchema): string {
  return option.default === undefined ? "" : literal(option.default);
}

function literal(value: unknown): string {
  return code(JSON.stringify(value));
}

/** Code in a table cell: a bar would end the cell even there. */
function code(text: string): string {
  return `\`${text.replaceAll("|", "\\|")}\``;
}
