/** A scorecard in files: for programs, and for what runs the drill again and again. */
import path from "node:path";
import { writeFileAtomic } from "../../files/atomic.ts";
import type { WrittenFile } from "../../files/atomic.ts";
import type { Scorecard } from "../score/model.ts";
import { junitOf } from "./junit.ts";

export { readScorecard } from "./schema.ts";

/** Writes `scorecard.json` and `junit.xml`; the same scorecard gives the same bytes. */
export function writeScorecard(folder: string, scorecard: Scorecard): WrittenFile[] {
  return [
    writeFileAtomic(path.join(folder, "scorecard.json"), `${JSON.stringify(scorecard, null, 2)}\n`),
    writeFileAtomic(path.join(folder, "junit.xml"), junitOf(scorecard)),
  ];
}
