/** Reads XML of untrusted hands as a stream: no document type, no unbounded depth or text. */
import { SaxesParser } from "saxes";
import { findEncoding } from "../text/encodings.ts";
import type { Decoder } from "../text/encoding.ts";

export type Attributes = Readonly<Record<string, string>>;

/** Element names come without their prefix. */
export interface XmlHandler {
  open(name: string, attributes: Attributes): void;
  /** Between two tags it may come in several pieces. */
  text?(text: string): void;
  close?(name: string): void;
  /** What is not well-formed, and was passed over. Without it the first such place ends the reading. */
  fault?(message: string): void;
}

/** Why a part cannot be read on; what came before it was read. */
export class XmlDamage extends Error {
  override readonly name = "XmlDamage";
}

const deepest = 64;
/** Text, a comment or a tag of that length is no spreadsheet's: a cell holds 32,767 characters. */
const longest = 16 << 20;

function localName(name: string): string {
  const colon = name.indexOf(":");
  return colon < 0 ? name : name.slice(colon + 1);
}

/** The attribute of that local name, whatever its prefix. */
export function attribute(attributes: Attributes, name: string): string | undefined {
  const key = Object.keys(attributes).find((candidate) => localName(candidate) === name);
  return key === undefined ? undefined : attributes[key];
}

/** A flag (ST_Boolean, ST_OnOff). */
export function isTrue(flag: string | undefined): boolean {
  return flag === "1" || flag === "true" || flag === "on";
}

export class XmlReader {
  readonly #parser: SaxesParser<{ xmlns: false; position: false; fragment: boolean }>;
  #depth = 0;
  #sinceEvent = 0;

  constructor(handler: XmlHandler, fragment = false) {
    this.#parser = new SaxesParser({ xmlns: false, position: false, fragment });
    this.#parser.on("opentag", ({ name, attributes }) => {
      this.#sinceEvent = 0;
      if (++this.#depth > deepest) throw new XmlDamage(`elements are nested more than ${deepest} deep`);
      handler.open(localName(name), attributes);
    });
    this.#parser.on("closetag", ({ name }) => {
      this.#sinceEvent = 0;
      this.#depth--;
      handler.close?.(localName(name));
    });
    if (handler.text !== undefined) {
      const text = handler.text.bind(handler);
      this.#parser.on("text", text);
      this.#parser.on("cdata", text);
    }
    this.#parser.on("doctype", () => {
      throw new XmlDamage("it declares a document type, which spreadsheets never do");
    });
    this.#parser.on("error", ({ message }) => {
      if (handler.fault === undefined) throw new XmlDamage(`it is not well-formed XML: ${message.replace(/\.$/, "")}`);
      handler.fault(message.replace(/\.$/, ""));
    });
  }

  write(text: string): void {
    this.#sinceEvent += text.length;
    this.#parser.write(text);
    if (this.#sinceEvent > longest) throw new XmlDamage(`it holds a text of more than ${longest >> 20} MiB`);
  }

  end(): void {
    this.#parser.close();
  }
}

/** The encoding by byte order mark, by zero bytes, or by the XML declaration (XML 1.0, appendix F). */
export function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  if (head[0] === 0x3c && head[1] === 0) return "utf-16le";
  if (head[0] === 0 && head[1] === 0x3c) return "utf-16be";
  const declared = /^(?:\xEF\xBB\xBF)?<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(
    head.toString("latin1", 0, 200),
  );
  // Bytes that can be read so far are not UTF-16, whatever the declaration says.
  const name = declared?.[1] ?? "utf-8";
  return /^utf-?16|^ucs/i.test(name) ? "utf-8" : name;
}

/** Decodes the bytes of an XML part; bytes that do not decode come as lone surrogates, which XML does not allow. */
export class XmlText {
  #decoder: Decoder | undefined;

  write(bytes: Buffer): string {
    if (this.#decoder !== undefined) return this.#decoder.write(bytes);
    this.#decoder = findEncoding(encodingOf(bytes)).decoder();
    return this.#decoder.write(bytes).replace(/^\uFEFF/, "");
  }

  end(): string {
    return this.#decoder?.end().text ?? "";
  }
}

/** Reads a whole part. Throws XmlDamage, or what the stream throws, where it cannot be read to its end. */
export async function readXml(chunks: AsyncIterable<Buffer>, handler: XmlHandler, signal: AbortSignal): Promise<void> {
  const reader = new XmlReader(handler);
  const text = new XmlText();
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    reader.write(text.write(chunk));
  }
  reader.write(text.end());
  reader.end();
}
