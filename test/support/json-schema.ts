/** What a JSON Schema leaves unsaid. */
export interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | false;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly const?: string;
}

/** Paths of properties without a description; constants speak for themselves. */
export function undescribed(schema: JsonSchema, at = ""): string[] {
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => [
    ...(property.description === undefined && property.const === undefined ? [`${at}.${name}`] : []),
    ...undescribed(property, `${at}.${name}`),
  ]);
  const nested = [schema.additionalProperties, schema.items].filter((each) => each !== undefined && each !== false);
  const others = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...nested];
  return [...inner, ...others.flatMap((other) => undescribed(other, `${at}.*`))];
}
