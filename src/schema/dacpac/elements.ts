/**
 * The elements of a package's model.xml, one after the other: `<Element Type="SqlTable" Name="[dbo].[Orders]">` with its properties and
 * relationships. Format: https://learn.microsoft.com/dotnet/api/microsoft.sqlserver.dac.model; the XML itself is not documented.
 */
import { SaxesParser, type SaxesTagPlain } from "saxes";

interface Reference {
  /** `[dbo].[Orders].[OrderID]`; "" for one by number alone. */
  readonly name: string;
  /** The model brings it not along: `[int]`. */
  readonly isBuiltIn: boolean;
}

export interface ModelElement {
  /** `SqlTable`, `SqlSimpleColumn`… of an annotation: `SysCommentsObjectAnnotation`. */
  readonly type: string;
  /** Undefined for what has none of its own, such as a constraint that the server was to name. */
  readonly name: string | undefined;
  readonly properties: ReadonlyMap<string, string>;
  /** Attributes of a property's script: `QuotedIdentifiers`. By property. */
  readonly scriptSettings: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly references: ReadonlyMap<string, readonly Reference[]>;
  readonly elements: ReadonlyMap<string, readonly ModelElement[]>;
  readonly annotations: readonly ModelElement[];
}

export interface ModelEvents {
  /** The attributes of the document's first tag. */
  root(attributes: Readonly<Record<string, string>>): void;
  /** An element of the model's top level. */
  element(element: ModelElement): void;
}

interface Draft extends ModelElement {
  readonly properties: Map<string, string>;
  readonly scriptSettings: Map<string, Readonly<Record<string, string>>>;
  readonly references: Map<string, Reference[]>;
  readonly elements: Map<string, ModelElement[]>;
  readonly annotations: ModelElement[];
}

function draftOf(attributes: Readonly<Record<string, string>>): Draft {
  return {
    type: attributes["Type"] ?? "",
    name: attributes["Name"],
    properties: new Map(),
    scriptSettings: new Map(),
    references: new Map(),
    elements: new Map(),
    annotations: [],
  };
}

/** Takes the document in pieces of any size. Throws Error, as the XML parser does, for what is no well-formed XML. */
export class ElementReader {
  readonly #parser = new SaxesParser();
  readonly #events: ModelEvents;
  /** Open elements and annotations, the innermost last. */
  readonly #open: Draft[] = [];
  /** Relationships that are open, one an element. */
  readonly #relationships: string[] = [];
  #property: string | undefined;
  #script = "";
  #isRoot = true;

  constructor(events: ModelEvents) {
    this.#events = events;
    this.#parser.on("opentag", (tag) => this.#openTag(tag));
    this.#parser.on("closetag", (tag) => this.#closeTag(tag));
    const take = (text: string): void => void (this.#script += text);
    this.#parser.on("text", (text) => (this.#property === undefined ? undefined : take(text)));
    this.#parser.on("cdata", take);
    this.#parser.on("error", (error) => {
      throw error;
    });
  }

  write(text: string): void {
    this.#parser.write(text);
  }

  end(): void {
    this.#parser.close();
  }

  #openTag({ name, attributes }: SaxesTagPlain): void {
    if (this.#isRoot) this.#events.root(attributes);
    this.#isRoot = false;
    if (name === "Element" || name === "Annotation") this.#open.push(draftOf(attributes));
    else if (name === "Relationship") this.#relationships.push(attributes["Name"] ?? "");
    else if (name === "Property") this.#openProperty(attributes);
    else if (name === "Value") this.#openScript(attributes);
    else if (name === "References") this.#addReference(attributes);
  }

  #openProperty({ Name: name = "", Value: value }: Readonly<Record<string, string>>): void {
    this.#property = name;
    this.#script = "";
    if (value !== undefined) this.#open.at(-1)?.properties.set(name, value);
  }

  /** Blanks around the script are layout. */
  #openScript(attributes: Record<string, string>): void {
    this.#script = "";
    if (this.#property !== undefined) this.#open.at(-1)?.scriptSettings.set(this.#property, attributes);
  }

  #addReference(attributes: Readonly<Record<string, string>>): void {
    const reference = { name: attributes["Name"] ?? "", isBuiltIn: attributes["ExternalSource"] === "BuiltIns" };
    this.#addTo(this.#open.at(-1)?.references, reference);
  }

  #closeTag({ name }: SaxesTagPlain): void {
    if (name === "Relationship") this.#relationships.pop();
    else if (name === "Property") this.#property = undefined;
    else if (name === "Value" && this.#property !== undefined)
      this.#open.at(-1)?.properties.set(this.#property, this.#script);
    else if (name === "Annotation") this.#closeAnnotation();
    else if (name === "Element") this.#closeElement();
  }

  #closeAnnotation(): void {
    const closed = this.#open.pop() as Draft;
    this.#open.at(-1)?.annotations.push(closed);
  }

  #closeElement(): void {
    const element = this.#open.pop() as Draft;
    const parent = this.#open.at(-1);
    if (parent === undefined) return this.#events.element(element);
    this.#addTo(parent.elements, element);
  }

  #addTo<Item>(lists: Map<string, Item[]> | undefined, item: Item): void {
    const relationship = this.#relationships.at(-1) ?? "";
    const list = lists?.get(relationship);
    if (list === undefined) lists?.set(relationship, [item]);
    else list.push(item);
  }
}

export function property(element: ModelElement, name: string): string | undefined {
  return element.properties.get(name);
}

/** A property that is `True` or `False`. */
export function flag(element: ModelElement, name: string, fallback = false): boolean {
  const value = property(element, name);
  return value === undefined ? fallback : value.toLowerCase() === "true";
}

/** The names that a relationship refers to, in their order. */
export function referenced(element: ModelElement, relationship: string): string[] {
  return (element.references.get(relationship) ?? []).map(({ name }) => name);
}

export function children(element: ModelElement, relationship: string): readonly ModelElement[] {
  return element.elements.get(relationship) ?? [];
}

export function annotation(element: ModelElement, type: string): ModelElement | undefined {
  return element.annotations.find((each) => each.type === type);
}
