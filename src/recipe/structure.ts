/** YAML as far as a recipe uses it: one document of plain maps, lists and scalars. What else it holds is a fault. */
import { LineCounter, isAlias, isCollection, isMap, isScalar, parseAllDocuments, visit } from "yaml";
import type { Document, Node, Pair, YAMLError } from "yaml";

interface YamlFault {
  /** 0-based offset in the text. */
  readonly offset: number;
  readonly message: string;
}

export interface YamlFile {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly faults: readonly YamlFault[];
  /** The document holds what was written, apart from the faults: it can be validated as well. */
  readonly readable: boolean;
}

/** In our words: what the parser says presumes that one knows its grammar. */
const inOurWords: Partial<Record<string, string>> = {
  DUPLICATE_KEY: "this key stands here twice; keep one of the two",
  TAB_AS_INDENT: "a tab indents this line; YAML wants spaces",
  BAD_INDENT: "the indentation fits no line above; align it with its siblings",
  MISSING_CHAR: "something is not closed here, or a blank or comma is missing; look for a quote, bracket or colon",
  BLOCK_AS_IMPLICIT_KEY: "a second `:` on this line; put text that holds `: ` in quotes",
  MULTILINE_IMPLICIT_KEY: "a key cannot run over several lines; is a `:` missing, or a quote not closed?",
  UNEXPECTED_TOKEN: "this does not belong here; look for a missing `:`, quote or bracket",
  TAG_RESOLVE_FAILED: "tags (`!…`) mean nothing in a recipe; take it away",
};

function start(node: Node | null | undefined): number {
  return node?.range?.[0] ?? 0;
}

function canBeOpen(node: Node): boolean {
  return isScalar(node) ? (node.type ?? "").startsWith("QUOTE") : isCollection(node) && node.flow === true;
}

/** What is not closed runs to the end of the file; people look for its beginning. */
function openedAt(document: Document, end: number): number {
  let offset = end;
  visit(document, {
    Node(_key, node) {
      const [from, , to] = node.range ?? [0, 0, 0];
      if (canBeOpen(node) && from < end && end <= to) offset = from;
    },
  });
  return offset;
}

function fromParser(document: Document, error: YAMLError): YamlFault {
  // A bracket closed by another one is reported as bad indentation of its flow collection.
  const code = error.message.startsWith("Flow ") ? "MISSING_CHAR" : error.code;
  const message = inOurWords[code] ?? `this is not YAML: ${error.message}`;
  return { offset: code === "MISSING_CHAR" ? openedAt(document, error.pos[0]) : error.pos[0], message };
}

/** One slip makes the parser complain again and again: the first complaint of a line stands for it. */
function firstOfEachLine(faults: readonly YamlFault[], lines: LineCounter): YamlFault[] {
  const seen = new Set<number>();
  return faults.filter(({ offset }) => {
    const { line } = lines.linePos(offset);
    return !seen.has(line) && seen.add(line);
  });
}

function keyFault(pair: Pair): string | undefined {
  const { key } = pair;
  if (!isScalar(key) || key.value === null) return "a key is a plain name";
  return key.value === "__proto__" ? "`__proto__` cannot be a name here" : undefined;
}

/** Anchors and aliases hide where a value stands, and can make a small file a huge one. */
function structureFaults(document: Document): YamlFault[] {
  const faults: YamlFault[] = [];
  visit(document, {
    Node(_key, node) {
      if (isAlias(node))
        faults.push({ offset: start(node), message: "aliases (`*…`) are not read; write the value out" });
      else if (node.anchor !== undefined)
        faults.push({ offset: start(node), message: "anchors (`&…`) are not read; take it away" });
    },
    Pair(_key, pair) {
      const message = keyFault(pair);
      if (message !== undefined) faults.push({ offset: start(pair.key as Node | null), message });
    },
  });
  return faults;
}

/** What a file of its kind is called, and how it begins. */
export interface FileKind {
  readonly name: string;
  readonly beginning: string;
}

const recipe: FileKind = { name: "recipe", beginning: "incident: <name>" };

function documentFaults(documents: readonly Document[], { name, beginning }: FileKind): YamlFault[] {
  const [first, second] = documents;
  if (first === undefined || first.contents === null)
    return [{ offset: 0, message: `the ${name} is empty; it begins with \`${beginning}\`` }];
  const faults =
    second === undefined
      ? []
      : [{ offset: second.range?.[0] ?? 0, message: `a ${name} is one document; a second begins here (\`---\`)` }];
  if (first.directives?.yaml.explicit === true)
    faults.push({ offset: 0, message: "a `%YAML` directive means nothing here; take it away" });
  if (!isMap(first.contents))
    faults.push({ offset: start(first.contents), message: `a ${name} is a map; it begins with \`${beginning}\`` });
  return faults;
}

/** Parses without throwing. `text` carries no byte order mark. */
export function parseYaml(text: string, kind: FileKind = recipe): YamlFile {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const documents: Document[] = Array.isArray(parsed) ? parsed : [];
  const document = documents[0] ?? parseAllDocuments("{}")[0]!;
  const errors = documents.flatMap((each) => [...each.errors, ...each.warnings]);
  const syntax = documents.flatMap((each) =>
    [...each.errors, ...each.warnings].map((error) => fromParser(each, error)),
  );
  const own = [...documentFaults(documents, kind), ...structureFaults(document)];
  return {
    document,
    lines,
    faults: firstOfEachLine([...syntax, ...own], lines),
    readable: own.length === 0 && errors.every((error) => error.code === "DUPLICATE_KEY"),
  };
}
