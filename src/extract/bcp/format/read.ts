/** Reads a format file, XML or not. */
import { UserError } from "../../../errors.ts";
import type { EvidenceFile } from "../../extractor.ts";
import { hasUndecodable, readText } from "../../text/decode.ts";
import type { BcpFormat } from "./model.ts";
import { parsePlainFormat } from "./plain.ts";
import { parseXmlFormat } from "./xml.ts";

const mostCharacters = 16 * 1024 * 1024;

/** Throws UserError for a file that is none. */
export async function readFormat(file: EvidenceFile, signal: AbortSignal): Promise<BcpFormat> {
  let text = "";
  for await (const chunk of readText(file, { signal })) {
    text += chunk.text;
    if (text.length > mostCharacters || hasUndecodable(chunk.text, chunk.encoding)) throw noFormat(file);
  }
  return text.trimStart().startsWith("<") ? parseXmlFormat(text, file.name) : parsePlainFormat(text, file.name);
}

function noFormat(file: EvidenceFile): UserError {
  return new UserError({
    what: "this is no format file of bcp in UTF-8 or UTF-16",
    remedy:
      "Name the format file under `format`, the data under `path`; save a format file with foreign letters in its names as UTF-8",
    where: { file: file.name },
  });
}
