/** Origin.xml of a package: who exported what, how many rows, and what the model's checksum was. */
import { SaxesParser } from "saxes";

export interface Origin {
  /** Rows of all tables; undefined where it does not say. */
  readonly rows: number | undefined;
  /** SHA-256 of model.xml, in hex. */
  readonly modelChecksum: string | undefined;
  /** Version of the form of the data: `2.0.0.0`. */
  readonly dataVersion: string | undefined;
  readonly hasData: boolean;
  /** As the server and the exporting program call themselves. */
  readonly server: string | undefined;
  readonly product: string | undefined;
}

export class OriginReader {
  readonly #parser = new SaxesParser();
  /** Text by element, and by what tells one of several apart: `Version Data`, `Checksum /model.xml`. */
  readonly #texts = new Map<string, string>();
  readonly #open: string[] = [];
  #text = "";

  constructor() {
    this.#parser.on("opentag", ({ name, attributes }) => {
      const which = attributes["StreamName"] ?? attributes["Uri"];
      this.#open.push(which === undefined ? name : `${name} ${which}`);
      this.#text = "";
    });
    this.#parser.on("text", (text) => void (this.#text += text));
    this.#parser.on("closetag", () => {
      const key = this.#open.pop() ?? "";
      if (!this.#texts.has(key)) this.#texts.set(key, this.#text.trim());
      this.#text = "";
    });
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

  get origin(): Origin {
    const rows = this.#texts.get("TableRowCountTotalTag") ?? "";
    return {
      rows: /^\d{1,15}$/.test(rows) ? Number(rows) : undefined,
      modelChecksum: this.#texts.get("Checksum /model.xml"),
      dataVersion: this.#texts.get("Version Data"),
      hasData: this.#texts.get("ContainsExportedData") !== "false",
      server: this.#texts.get("ServerVersion")?.split("\n")[0]?.trim(),
      product: this.#texts.get("ProductVersion"),
    };
  }
}
