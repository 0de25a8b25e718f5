import { z } from "zod";
import { drillSchema } from "./schema.ts";

/** The JSON Schema of a drill's plan as text, for editors. Draft 7: what the YAML language servers read. */
export function drillJsonSchema(): string {
  const schema = z.toJSONSchema(drillSchema, { target: "draft-7", io: "input" });
  return `${JSON.stringify({ title: "tablesalvage drill", ...schema }, null, 2)}\n`;
}
