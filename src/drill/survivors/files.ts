/** What becomes of the bytes of a survivor's files. */
import type { Damage, SurvivorPlan } from "../plan/model.ts";
import { Random } from "../random.ts";
import { cutShort, overwritten } from "./bytes.ts";
import type { EvidenceFile, WrittenRecord } from "./model.ts";

interface Damaged {
  readonly files: readonly EvidenceFile[];
  /** Records of which not everything is left, by their number in all files, in the order of writing. */
  readonly lost: ReadonlySet<number>;
}

export function damageFiles(whole: readonly EvidenceFile[], { id, damage }: SurvivorPlan, seed: number): Damaged {
  const lost = new Set<WrittenRecord>();
  const files = whole.map((undamaged) => {
    let file = undamaged;
    for (const damaging of byteDamages(damage, new Random(seed, `${id} bytes ${undamaged.name}`))) {
      const damaged = damaging(file);
      for (const record of damaged.lost) lost.add(record);
      ({ file } = damaged);
    }
    return file;
  });
  const records = whole.flatMap((file) => file.records);
  return { files, lost: new Set(records.flatMap((record, index) => (lost.has(record) ? [index] : []))) };
}

function byteDamages({ corrupt, cutAt }: Damage, random: Random) {
  return [
    ...(corrupt === undefined ? [] : [(file: EvidenceFile) => overwritten(file, corrupt, random)]),
    ...(cutAt === undefined ? [] : [(file: EvidenceFile) => cutShort(file, cutAt)]),
  ];
}
