/** The records of a table's parts, as they come out of the archive. */
import type { MemberChunk, Zip, ZipMember } from "../../files/zip.ts";
import type { PackagedTable } from "../../schema/dacpac/assemble.ts";
import { NativeReader, type NativeRecord, type NativeRest } from "../bcp/native/reader.ts";
import type { Layout } from "./layout.ts";
import { probedBytes, probeLayout, type Probed } from "./probe.ts";

export type PartEvent =
  | { readonly kind: "layout"; readonly layout: Probed }
  | { readonly kind: "records"; readonly records: readonly NativeRecord[]; readonly packedRead: number }
  | { readonly kind: "rest"; readonly rest: NativeRest }
  /** What is wrong with the part in the archive. */
  | { readonly kind: "damage"; readonly damage: string };

interface Head {
  readonly bytes: Buffer;
  readonly packedRead: number;
  readonly damage: string | undefined;
}

/** Reads one part from its beginning to its end. `proven`: the layout of an earlier part of the table. */
export async function* readPart(
  zip: Zip,
  part: ZipMember,
  { fields: columns }: PackagedTable,
  proven?: Layout,
): AsyncGenerator<PartEvent> {
  const chunks = zip.read(part);
  const head = await readHead(chunks);
  const unknown = columns.find(({ unknownType }) => unknownType !== undefined);
  const isReadable = unknown === undefined && columns.length > 0;
  const layout = isReadable ? probeLayout(columns, head.bytes, part.size, proven) : undefined;
  if (layout !== undefined) yield { kind: "layout", layout };
  const reader = new NativeReader(layout?.fields ?? [], part.size);
  yield { kind: "records", records: [...reader.write(head.bytes)], packedRead: head.packedRead };
  let { damage } = head;
  for await (const chunk of chunks) {
    yield { kind: "records", records: [...reader.write(chunk.bytes)], packedRead: chunk.packedRead };
    damage ??= chunk.damage;
  }
  const rest = reader.end(damage);
  const reason = unknown === undefined ? undefined : unknownReason(unknown.column.name, unknown.unknownType ?? "");
  if (rest !== undefined) yield { kind: "rest", rest: reason === undefined ? rest : { ...rest, reason } };
  if (damage !== undefined) yield { kind: "damage", damage };
}

function unknownReason(column: string, type: string): string {
  return `${column} is of the type ${type}, and how its values lie in the data is not known here`;
}

/** Does not end the generator, which goes on behind the head. */
async function readHead(chunks: AsyncGenerator<MemberChunk>): Promise<Head> {
  const pieces: Buffer[] = [];
  let [length, packedRead] = [0, 0];
  let damage: string | undefined;
  while (length < probedBytes) {
    const next = await chunks.next();
    if (next.done === true) break;
    const chunk = next.value;
    pieces.push(chunk.bytes);
    length += chunk.bytes.length;
    ({ packedRead, damage } = chunk);
  }
  return { bytes: Buffer.concat(pieces), packedRead, damage };
}
