/** Relationships between parts: ECMA-376 part 2, 9.3. */
import type { Parts } from "./parts.ts";
import { readXml } from "./xml.ts";

export interface Relationship {
  readonly id: string;
  /** The last word of its type: `worksheet`, `sharedStrings`. Both variants of the format end alike. */
  readonly type: string;
  /** The part it points to; undefined where the archive has none of that name. */
  readonly target: string | undefined;
}

function folderOf(part: string): string {
  return part.slice(0, part.lastIndexOf("/") + 1);
}

/** `../worksheets/sheet1.xml` as seen from a folder; what leads out of the archive stays in its root. */
function resolve(folder: string, target: string): string {
  const steps = (target.startsWith("/") ? target : folder + target).split("/");
  const path: string[] = [];
  for (const step of steps)
    if (step === "..") path.pop();
    else if (step !== "" && step !== ".") path.push(step);
  return path.join("/");
}

/** The relationships of a part, or of the package itself (`""`); none where it has no such file. */
export async function relationshipsOf(parts: Parts, part: string, signal: AbortSignal): Promise<Relationship[]> {
  const folder = folderOf(part);
  const name = parts.find(`${folder}_rels/${part.slice(folder.length)}.rels`);
  const found: Relationship[] = [];
  if (name === undefined) return found;
  const open = (element: string, { Id = "", Type = "", Target = "", TargetMode }: Record<string, string>): void => {
    if (element !== "Relationship" || TargetMode === "External") return;
    const target = parts.find(resolve(folder, Target.replaceAll("\\", "/")));
    found.push({ id: Id, type: Type.slice(Type.lastIndexOf("/") + 1), target });
  };
  await readXml(parts.open(name), { open }, signal);
  return found;
}
