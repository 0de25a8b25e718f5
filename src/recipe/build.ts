/** From valid data to the {@link Recipe}: defaults filled in, paths absolute, times in milliseconds. */
import path from "node:path";
import type { ServerVersion } from "../emit/emitter.ts";
import type { Places } from "./places.ts";
import type { ContestedPolicy, Recipe, RecipeRules, RecipeSource, RecipeTable, RuleUse } from "./recipe.ts";
import { commonSourceShape } from "./schema.ts";
import type { RecipeData, SourceData } from "./schema.ts";

interface Origin {
  readonly text: string;
  readonly file: string;
  readonly places: Places;
  readonly redact: (text: string) => string;
}

type RulesData = NonNullable<RecipeData["rules"]>;
type ChainData = NonNullable<RulesData["default"]>;

const defaultTrust = 50;
const defaultCollation = "SQL_Latin1_General_CP1_CI_AS";
const defaultChain: readonly RuleUse[] = [{ rule: "latest" }, { rule: "trust" }, { rule: "majority" }, { rule: "ask" }];
const commonKeys = new Set(["extractor", ...Object.keys(commonSourceShape)]);

function mapValues<From, To>(
  record: Readonly<Record<string, From>> | undefined,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record ?? {}).map(([key, value]) => [key, change(value)]));
}

function chainOf(chain: ChainData): readonly RuleUse[] {
  return chain.map((rule) => (typeof rule === "string" ? { rule } : { rule: "prefer", sources: rule.prefer }));
}

/** YAML reads `contested: null` as its own null. */
function policyOf(policy: ContestedPolicy | null): ContestedPolicy {
  return policy ?? "null";
}

function sourceTableOf(table: NonNullable<SourceData["tables"]>[string]): RecipeTable {
  return { ...(table.from === undefined ? {} : { from: table.from }), columns: table.columns ?? {} };
}

function sourceOf(id: string, source: SourceData): RecipeSource {
  return {
    id,
    extractor: source.extractor,
    ...(source.asOf === undefined ? {} : { asOf: Date.parse(source.asOf) }),
    trust: source.trust ?? defaultTrust,
    tables: mapValues(source.tables, sourceTableOf),
    options: Object.fromEntries(Object.entries(source).filter(([key]) => !commonKeys.has(key))),
  };
}

function rulesOf(rules: RulesData): RecipeRules {
  return {
    default: rules.default === undefined ? defaultChain : chainOf(rules.default),
    contested: rules.contested === undefined ? "provisional" : policyOf(rules.contested),
    tables: mapValues(rules.tables, (table) => ({
      ...(table.contested === undefined ? {} : { contested: policyOf(table.contested) }),
      columns: mapValues(table.columns, chainOf),
    })),
  };
}

function targetOf(target: RecipeData["target"], folder: string): Recipe["target"] {
  return {
    dialect: target.dialect,
    version: String(target.version) as ServerVersion,
    schema: path.resolve(folder, target.schema),
    collation: target.collation ?? defaultCollation,
    ...(target.tables === undefined ? {} : { tables: target.tables }),
    ifExists: target.ifExists ?? "stop",
    reseedMargin: target.reseedMargin ?? 0,
  };
}

export function buildRecipe(data: RecipeData, origin: Origin): Recipe {
  const file = path.resolve(origin.file);
  const folder = path.dirname(file);
  return {
    incident: data.incident,
    file,
    folder,
    text: origin.text,
    ...(data.recoverTo === undefined ? {} : { recoverTo: Date.parse(data.recoverTo) }),
    target: targetOf(data.target, folder),
    sources: Object.entries(data.sources).map(([id, source]) => sourceOf(id, source)),
    rules: rulesOf(data.rules ?? {}),
    place: (steps, part) => origin.places.at(steps, part),
    redact: origin.redact,
  };
}
