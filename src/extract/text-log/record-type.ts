/** One kind of record: what it matches, and what that says of which row. */
import { UserError } from "../../errors.ts";
import { nearest } from "../../recipe/suggest.ts";
import { findColumn, sameName } from "../../schema/model.ts";
import type { RawValue } from "../../values/codec.ts";
import { type Change, changeOf, type ChangeOperation, findMapping } from "../events/change-of.ts";
import type { Fields } from "../events/changes.ts";
import { compileGrok, type OwnPatterns } from "../events/grok.ts";
import type { Match, Pattern } from "../events/patterns.ts";
import { type LogRecord, verbatim } from "../events/records.ts";
import { type TimeFormat, timeFormat } from "../events/time-format.ts";
import type { TableMapping } from "../extractor.ts";
import type { RecordTypeOptions } from "./options.ts";

/** A field of the match, or what all records mean. */
type Source = { readonly group: string } | { readonly value: RawValue | null };

interface Feed {
  /** As the table's mapping knows it. */
  readonly name: string;
  readonly source: Source;
}

export interface RecordTypeContext {
  readonly own: OwnPatterns;
  readonly mappings: readonly TableMapping[];
  readonly nulls: ReadonlySet<string>;
}

/** What a record says, or the rule under which it is passed over. */
type Said = Change | { readonly rule: string };

export class RecordType {
  readonly source: string;
  readonly pattern: Pattern;
  readonly timeFormat: TimeFormat;
  readonly #options: RecordTypeOptions;
  readonly #context: RecordTypeContext;
  readonly #feeds = new Map<TableMapping, readonly Feed[]>();
  readonly #when: readonly (readonly [field: string, values: readonly string[]])[];

  /** Throws UserError for a pattern that cannot be used, and for fields, tables and columns that are not there. */
  constructor(options: RecordTypeOptions, context: RecordTypeContext) {
    this.source = options.match;
    this.pattern = compileGrok(options.match, context.own);
    this.timeFormat = timeFormat(options.timeFormat);
    this.#options = options;
    this.#context = context;
    this.#when = Object.entries(options.when ?? {}).map(([field, values]) => [field, [values].flat()]);
    for (const field of this.#fieldsUsed()) this.#requireField(field);
    for (const name of this.#tablesNamed()) this.#requireTable(name);
  }

  match(text: string): Match | undefined {
    const match = this.pattern.find(text);
    const fits = this.#when.every(([field, values]) => values.includes(match?.get(field)?.text ?? ""));
    return fits ? match : undefined;
  }

  say(match: Match, record: LogRecord): Said {
    const mapping = this.#mappingOf(match);
    if (mapping === undefined) return { rule: "of a table that this source does not fill" };
    const operation = this.#operationOf(match);
    if (operation === undefined) return { rule: "of an operation that the recipe does not map" };
    return changeOf(mapping, operation, this.#valuesOf(match, record, mapping));
  }

  time(match: Match): string | undefined {
    return this.#options.time === undefined ? undefined : match.get(this.#options.time)?.text;
  }

  /** Do fields that count reach the end of the text, where something may be missing? */
  reaches(match: Match, end: number): boolean {
    return this.#fieldsRead().some((field) => match.get(field)?.end === end);
  }

  #mappingOf(match: Match): TableMapping | undefined {
    const { table } = this.#options;
    const { mappings } = this.#context;
    if (typeof table === "string") return findMapping(mappings, table);
    const said = match.get(table.group)?.text ?? "";
    const name = table.map === undefined ? said : ownValue(table.map, said);
    return name === undefined ? undefined : findMapping(mappings, name);
  }

  #operationOf(match: Match): ChangeOperation | undefined {
    const { operation } = this.#options;
    return typeof operation === "string" ? operation : ownValue(operation.map, match.get(operation.group)?.text ?? "");
  }

  #valuesOf(match: Match, record: LogRecord, mapping: TableMapping): Fields {
    const values = new Map<string, RawValue | null>();
    for (const { name, source } of this.#feedsOf(mapping)) {
      const value = "value" in source ? source.value : this.#read(match, record, source.group);
      if (value !== undefined) values.set(name, value);
    }
    return values;
  }

  /** What takes nothing claims nothing. */
  #read(match: Match, record: LogRecord, group: string): string | null | undefined {
    const capture = match.get(group);
    if (capture === undefined) return undefined;
    if (this.#context.nulls.has(capture.text)) return null;
    return capture.text === "" ? undefined : verbatim(record, capture);
  }

  #feedsOf(mapping: TableMapping): readonly Feed[] {
    const known = this.#feeds.get(mapping) ?? this.#planFeeds(mapping);
    this.#feeds.set(mapping, known);
    return known;
  }

  #planFeeds(mapping: TableMapping): readonly Feed[] {
    const { columns } = this.#options;
    if (columns === undefined) return this.#dataFields().map((name) => ({ name, source: { group: name } }));
    return Object.entries(columns).map(([target, source]) => {
      this.#requireColumn(target, mapping);
      const mapped = [...mapping.columns].find(([name]) => sameName(name, target))?.[1];
      return { name: mapped ?? target, source: typeof source === "string" ? { group: source } : source };
    });
  }

  /** Those that do not say when, what or where. */
  #dataFields(): string[] {
    const { time, table, operation } = this.#options;
    const others = new Set([time, groupOf(table), groupOf(operation), ...this.#when.map(([field]) => field)]);
    return this.pattern.fields.filter((field) => !others.has(field));
  }

  #fieldsRead(): string[] {
    const { time, table, operation, columns } = this.#options;
    const fields =
      columns === undefined ? this.#dataFields() : Object.values(columns).filter((value) => typeof value === "string");
    return [time, groupOf(table), groupOf(operation), ...fields].filter((field) => field !== undefined);
  }

  #fieldsUsed(): string[] {
    return [...this.#fieldsRead(), ...this.#when.map(([field]) => field)];
  }

  #tablesNamed(): string[] {
    const { table } = this.#options;
    return typeof table === "string" ? [table] : Object.values(table.map ?? {});
  }

  #requireField(field: string): void {
    if (this.pattern.fields.includes(field)) return;
    this.#refuse(
      `has no field ${field}`,
      nearest(field, this.pattern.fields),
      "A field is (?<name>…) or %{PATTERN:name}",
    );
  }

  #requireTable(name: string): void {
    const { mappings } = this.#context;
    const mapping = findMapping(mappings, name);
    if (mapping !== undefined) this.#feedsOf(mapping);
    else if (mappings.length > 0)
      this.#refuse(
        `feeds ${name}, which this source does not fill`,
        nearest(
          name,
          mappings.map(({ table }) => table.id),
        ),
        "Name it under the source's `tables`",
      );
  }

  #requireColumn(name: string, { table }: TableMapping): void {
    if (findColumn(table, name) !== undefined) return;
    this.#refuse(
      `feeds ${table.id}.${name}, and there is no such column`,
      nearest(
        name,
        table.columns.map((column) => column.name),
      ),
      "Name a column of the table",
    );
  }

  #refuse(what: string, near: string | undefined, remedy: string): never {
    throw new UserError({
      what: `the pattern ${JSON.stringify(this.source)} ${what}`,
      remedy: near === undefined ? remedy : `Did you mean ${near}? ${remedy}`,
    });
  }
}

function groupOf(source: string | { readonly group: string }): string | undefined {
  return typeof source === "string" ? undefined : source.group;
}

function ownValue<Value>(map: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}
