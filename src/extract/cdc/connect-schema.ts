/** The schema that Kafka Connect's JsonConverter puts beside a payload: what its fields are. */
import { elementsOf, isArray, isObject, type Member, membersOf } from "../text/json.ts";
import { memberInteger, memberObject, memberString, memberText } from "./members.ts";

/** A field's type. https://kafka.apache.org/documentation/#connect_schema */
export interface FieldType {
  /** `int64`, `string`, `bytes`, `struct`… */
  readonly type: string;
  /** What it means: `io.debezium.time.MicroTimestamp`. */
  readonly name: string | undefined;
  readonly scale: number | undefined;
}

export type RowSchema = ReadonlyMap<string, FieldType>;

const mostKept = 200;

/** Each table's messages repeat one schema. */
export class RowSchemas {
  readonly #known = new Map<string, RowSchema>();

  /** The types of a row's fields, by the schema of its envelope as it is written. */
  read(schema: string | undefined): RowSchema | undefined {
    if (schema === undefined || !isObject(schema)) return undefined;
    const known = this.#known.get(schema);
    if (known !== undefined) return known;
    const row = rowSchemaOf(membersOf(schema));
    if (this.#known.size >= mostKept) this.#known.clear();
    this.#known.set(schema, row);
    return row;
  }
}

function rowSchemaOf(envelope: readonly Member[]): RowSchema {
  const images = fieldsOf(envelope).filter((field) => ["before", "after"].includes(memberString(field, "field") ?? ""));
  return new Map(
    images.flatMap((image) =>
      fieldsOf(image).map((field): [string, FieldType] => [memberString(field, "field") ?? "", typeOf(field)]),
    ),
  );
}

function fieldsOf(schema: readonly Member[]): (readonly Member[])[] {
  const fields = memberText(schema, "fields");
  if (fields === undefined || !isArray(fields)) return [];
  return elementsOf(fields)
    .filter((element) => isObject(element))
    .map((element) => membersOf(element));
}

function typeOf(field: readonly Member[]): FieldType {
  const parameters = memberObject(field, "parameters") ?? [];
  const scale = memberInteger(parameters, "scale");
  return {
    type: memberString(field, "type") ?? "",
    name: memberString(field, "name"),
    scale: scale === undefined ? undefined : Number(scale),
  };
}
