/** One kind of request: which URLs it is, and what they say of which row. */
import { UserError } from "../../errors.ts";
import { nearest } from "../../recipe/suggest.ts";
import { findColumn, sameName } from "../../schema/model.ts";
import type { RawValue } from "../../values/codec.ts";
import { findMapping } from "../events/change-of.ts";
import { columnFor } from "../events/changes.ts";
import type { TableMapping } from "../extractor.ts";
import { type Decoded, UrlDecoder } from "./decode.ts";
import type { LoggedRequest } from "./fields.ts";
import type { RequestOptions } from "./options.ts";
import { PathTemplate } from "./path-template.ts";

export interface RequestContext {
  readonly mappings: readonly TableMapping[];
  readonly decoder: UrlDecoder;
  readonly nulls: ReadonlySet<string>;
  readonly form: string | undefined;
}

/** A parameter as it is written. */
interface Parameter {
  readonly values: readonly string[];
  readonly isForm: boolean;
}

/** By name, in lower case. */
type Parameters = ReadonlyMap<string, Parameter>;

/** By the source's names of the columns. */
export interface Values {
  readonly values: ReadonlyMap<string, RawValue | null>;
  /** What the form left empty: the application made something of it, and the log does not say what. */
  readonly touched: ReadonlyMap<string, string>;
}

const changing = ["POST", "PUT", "PATCH", "DELETE"];
const showing = ["GET", "HEAD"];
/** Names of parameters that feed nothing: attackers make up any number. */
const mostLeftovers = 100;

export class RequestType {
  readonly options: RequestOptions;
  readonly mapping: TableMapping | undefined;
  readonly #context: RequestContext;
  readonly #path: PathTemplate;
  readonly #methods: ReadonlySet<string>;
  readonly leftovers = new Set<string>();

  /** Throws UserError for a path, a table or a column that is not there. */
  constructor(options: RequestOptions, context: RequestContext) {
    this.options = options;
    this.#context = context;
    this.#path = new PathTemplate(options.path);
    const usual = options.operation === "proof" ? showing : changing;
    this.#methods = new Set([options.method ?? usual].flat().map((method) => method.toUpperCase()));
    this.mapping = this.#findMapping();
    for (const name of Object.keys(options.columns ?? {})) this.#requireColumn(name);
  }

  /** Its parameters, where the request is one of these. */
  match({ fields, isPlusBlank }: LoggedRequest): Parameters | undefined {
    if (!this.#methods.has((fields.get("cs-method") ?? "").toUpperCase())) return undefined;
    const inPath = this.#path.match(fields.get("cs-uri-stem") ?? "");
    if (inPath === undefined) return undefined;
    const parameters = new Map<string, Parameter>();
    const { form } = this.#context;
    for (const text of [form === undefined ? undefined : fields.get(form.toLowerCase()), fields.get("cs-uri-query")])
      for (const [name, values] of UrlDecoder.pairs(text ?? ""))
        parameters.set(this.#nameOf(name), { values, isForm: true });
    const wanted = Object.entries(this.options.query ?? {});
    if (!wanted.every(([name, value]) => this.#is(parameters.get(name.toLowerCase()), value))) return undefined;
    for (const [name, value] of inPath) parameters.set(name.toLowerCase(), { values: [value], isForm: isPlusBlank });
    return parameters;
  }

  /** Why a request is none of these; undefined where its path has nothing in common with theirs. */
  miss({ fields }: LoggedRequest): string | undefined {
    const path = fields.get("cs-uri-stem") ?? "";
    const method = (fields.get("cs-method") ?? "").toUpperCase();
    const isOfPath = this.#path.match(path) !== undefined;
    if (!isOfPath)
      return this.#path.begins(path) === 0 ? undefined : `the path is ${JSON.stringify(path.slice(0, 200))}`;
    if (!this.#methods.has(method))
      return `the method is ${method.slice(0, 20)}, not ${[...this.#methods].join(" or ")}`;
    return `its query is not ${JSON.stringify(this.options.query)}`;
  }

  /** Was it done? A redirect in place of a page proves nothing (RFC 9110). */
  isDone(status: number): boolean {
    if (this.options.status !== undefined) return this.options.status.includes(status);
    return (
      (status >= 200 && status < 300) ||
      (this.options.operation === "proof" ? status === 304 : status >= 300 && status < 400)
    );
  }

  /** By the source's names of the columns, or why they cannot be read. */
  read(parameters: Parameters, request: LoggedRequest): Values | { readonly reason: string } {
    const values = new Map<string, RawValue | null>();
    const touched = new Map<string, string>();
    for (const { name, source } of this.#feeds(parameters)) {
      if (typeof source !== "string") {
        values.set(name, source.value);
        continue;
      }
      const parameter = parameters.get(source.toLowerCase());
      const read = parameter === undefined ? fieldOf(request, source) : this.#valueOf(parameter);
      if (read !== undefined && "reason" in read) return read;
      if (read === undefined) continue;
      if (this.#context.nulls.has(read.text)) values.set(name, null);
      else if (read.text === "") touched.set(name, "an empty parameter");
      else values.set(name, read.text);
    }
    return { values, touched };
  }

  /** Where a line has no newline: does what is wanted stand in its last field? */
  needs(last: string | undefined): boolean {
    const columns = Object.values(this.options.columns ?? {});
    return (
      last !== undefined &&
      (/^(?:cs-uri|cs-method|sc-status$)/.test(last) ||
        last === this.#context.form?.toLowerCase() ||
        columns.some((source) => typeof source === "string" && source.toLowerCase() === last))
    );
  }

  #feeds(parameters: Parameters): { name: string; source: string | { value: RawValue | null } }[] {
    const { columns } = this.options;
    if (columns === undefined) return this.#namesakes(parameters).map((name) => ({ name, source: name }));
    return Object.entries(columns).map(([target, source]) => {
      const mapped = [...(this.mapping?.columns ?? [])].find(([name]) => sameName(name, target))?.[1];
      return { name: mapped ?? target, source };
    });
  }

  #namesakes(parameters: Parameters): string[] {
    const { mapping } = this;
    if (mapping === undefined) return [];
    const isFed = (name: string) => columnFor(mapping, name) !== undefined;
    for (const name of parameters.keys())
      if (!isFed(name) && this.leftovers.size < mostLeftovers) this.leftovers.add(name);
    return [...parameters.keys()].filter((name) => isFed(name));
  }

  #valueOf(parameter: Parameter): Decoded {
    const { values, isForm } = parameter;
    const [first = "", another] = values;
    if (another !== undefined && values.some((value) => value !== first))
      return { reason: `a parameter has ${new Set(values).size} different values` };
    return this.#context.decoder.decode(first, isForm);
  }

  #is(parameter: Parameter | undefined, value: string): boolean {
    const read = parameter === undefined ? undefined : this.#valueOf(parameter);
    return read !== undefined && "text" in read && read.text === value;
  }

  /** Names are encoded, too. */
  #nameOf(name: string): string {
    const read = this.#context.decoder.decode(name, true);
    return ("text" in read ? read.text : name).toLowerCase();
  }

  #findMapping(): TableMapping | undefined {
    const { mappings } = this.#context;
    const { table: name, path } = this.options;
    const found = findMapping(mappings, name);
    if (found !== undefined || mappings.length === 0) return found;
    const near = nearest(
      name,
      mappings.map(({ table }) => table.id),
    );
    throw new UserError({
      what: `the requests ${path} feed ${name}, which this source does not fill`,
      remedy: near === undefined ? "Name it under the source's `tables`" : `Did you mean ${near}?`,
    });
  }

  #requireColumn(name: string): void {
    const table = this.mapping?.table;
    if (table === undefined || findColumn(table, name) !== undefined) return;
    const near = nearest(
      name,
      table.columns.map((column) => column.name),
    );
    throw new UserError({
      what: `the requests ${this.options.path} feed ${table.id}.${name}, and there is no such column`,
      remedy: near === undefined ? "Name a column of the table" : `Did you mean ${near}?`,
    });
  }
}

/** Fields of the log are not encoded as parameters are. */
function fieldOf({ fields, isPlusBlank }: LoggedRequest, name: string): Decoded | undefined {
  const text = fields.get(name.toLowerCase());
  return text === undefined ? undefined : { text: isPlusBlank ? text.replaceAll("+", " ") : text };
}
