/** When a file last equalled production, as its name tells: `orders-{yyyy}-{MM}-{dd}.csv`. */
import { z } from "zod";
import { instantOf } from "../values/zone.ts";
import { expectedBut } from "./issues.ts";

/** How each file of a source tells its own time. */
export type FileTimes =
  | {
      readonly from: "name";
      readonly pattern: string;
      /** Where the pattern says no hour: `hh:mm` */ readonly at: string;
    }
  | { readonly from: "modified" };

const tokens: Readonly<Record<string, string>> = {
  yyyy: String.raw`(?<yyyy>\d{4})`,
  yy: String.raw`(?<yy>\d\d)`,
  MM: String.raw`(?<MM>\d\d)`,
  dd: String.raw`(?<dd>\d\d)`,
  HH: String.raw`(?<HH>\d\d)`,
  mm: String.raw`(?<mm>\d\d)`,
  ss: String.raw`(?<ss>\d\d)`,
};
const parts = /\{([^{}]*)\}|[*?]|[^{}*?]+|[{}]/g;

const example = '"orders-{yyyy}-{MM}-{dd}.csv"';

/** What is wrong with a pattern; undefined: nothing. */
function patternFault(pattern: string): string | undefined {
  const named = [...pattern.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name);
  const unknown = named.find((name) => !(name in tokens));
  if (unknown !== undefined)
    return `{${unknown}} is none of ${Object.keys(tokens)
      .map((name) => `{${name}}`)
      .join(", ")}`;
  const twice = named.find((name, index) => named.indexOf(name) < index);
  if (twice !== undefined) return `{${twice}} stands there twice`;
  const isDay = (named.includes("yyyy") || named.includes("yy")) && named.includes("MM") && named.includes("dd");
  return isDay ? undefined : "it says no day";
}

const fileName = z
  .string({ error: (issue) => expectedBut(`a pattern of the files' names, as in ${example}`, issue.input) })
  .superRefine((pattern, context) => {
    const fault = patternFault(pattern);
    if (fault !== undefined)
      context.addIssue({ code: "custom", message: `${fault}; expected a pattern as in ${example}` });
  });

const clock = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: (issue) => expectedBut('a time of day as in "02:00"', issue.input) });

/** What `asOf` may be in place of a moment. */
export const fileTimes = z
  .strictObject({
    fileName: fileName
      .optional()
      .describe(
        "The pattern of the files' names with {yyyy} or {yy}, {MM}, {dd}, {HH}, {mm}, {ss}, and * and ? for the rest.",
      ),
    at: clock
      .optional()
      .describe(
        "The time of day at which the files were written, where their names say none; default 00:00, the earliest it may have been.",
      ),
    modified: z
      .literal(true)
      .optional()
      .describe("The files' modification times: only where nothing has copied or touched them since."),
  })
  .refine(({ fileName: name, modified }) => (name === undefined) !== (modified === undefined), {
    error: "expected `fileName` with a pattern, or `modified: true`",
  })
  .refine(({ at, fileName: name }) => at === undefined || (name !== undefined && !name.includes("{HH}")), {
    path: ["at"],
    error: "is for names that say the day and no hour",
  });

type FileTimesData = z.infer<typeof fileTimes>;

export function fileTimesOf({ fileName: pattern, at = "00:00" }: FileTimesData): FileTimes {
  return pattern === undefined ? { from: "modified" } : { from: "name", pattern, at };
}

/** Literal text, and what stands for it in an expression. */
function expressionOf(pattern: string): RegExp {
  const source = pattern.replaceAll(parts, (part, name: string | undefined) => {
    if (name !== undefined) return tokens[name] ?? "";
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  });
  return new RegExp(`(?:^|/)${source}$`, "iu");
}

/**
 * Milliseconds since 1970, UTC; undefined where the name does not fit the pattern, or names no day that there is. A pattern is held against
 * the end of the name, from the beginning of a folder's or a file's name on.
 */
export function timeInName(
  name: string,
  { pattern, at }: Extract<FileTimes, { from: "name" }>,
  zone: string,
): number | undefined {
  const found = expressionOf(pattern).exec(name)?.groups;
  if (found === undefined) return undefined;
  const [hour = "00", minute = "00"] = found["HH"] === undefined ? at.split(":") : [found["HH"], found["mm"]];
  const date = `${found["yyyy"] ?? `20${found["yy"]}`}-${found["MM"]}-${found["dd"]}`;
  const time = `${hour}:${minute}:${found["ss"] ?? "00"}`;
  const wall = new Date(`${date}T${time}Z`);
  const isThere = !Number.isNaN(wall.getTime()) && wall.toISOString().startsWith(`${date}T${time}`);
  return isThere ? instantOf(`${date} ${time}`, zone).at : undefined;
}
