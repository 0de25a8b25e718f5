/** Log files that were rotated, in the order of time: `app.log.2.gz`, `app.log.1`, `app.log`. */
import { uncompressedName } from "../containers/compressions.ts";
import type { EvidenceFile } from "../extractor.ts";

/** `app-2026-03-12.log`, `app.log-20260312`, `app_2026031207.log`. */
const isoDate =
  /(?<!\d)((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?:[-_.T]?([01]\d|2[0-3]))?(?=\D|$)/;
/** As IIS names them: `u_ex260312.log`, by the hour `ex26031207.log`. */
const iisDate = /((?:^|_)(?:ex|nc|in))(\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(\d\d)?(?=[._])/;
/** `app.log.3`: the higher, the older. */
const number = /\.(\d{1,9})$/;
/** Of one day's: `app-20260312_001.log`, `app-2026-03-12.2.log`. */
const part = /[._-](\d{1,9})(?=\.[a-z]+$|$)/i;

interface Place {
  /** What the files of a set have in common. */
  readonly set: string;
  /** Numbered ones, then dated ones, then the one that is written to. */
  readonly rank: number;
  readonly date: string;
  readonly index: number;
}

interface NamedDate {
  /** `2026-03-12`, or `2026-03-12 07`. */
  readonly text: string;
  readonly rest: string;
}

function dateIn(name: string): NamedDate | undefined {
  const iso = isoDate.exec(name);
  if (iso !== null) {
    const [all, year, , month, day, hour] = iso;
    const text = `${year}-${month}-${day}${hour === undefined ? "" : ` ${hour}`}`;
    return { text, rest: name.slice(0, iso.index).replace(/[-_.]$/, "") + name.slice(iso.index + all.length) };
  }
  const iis = iisDate.exec(name);
  if (iis === null) return undefined;
  const [all, prefix = "", year, month, day, hour] = iis;
  const text = `20${year}-${month}-${day}${hour === undefined ? "" : ` ${hour}`}`;
  return { text, rest: name.slice(0, iis.index) + prefix + name.slice(iis.index + all.length) };
}

function placeOf(file: EvidenceFile): Place {
  const name = uncompressedName(file.name);
  const folder = name.slice(0, name.lastIndexOf("/") + 1);
  const base = name.slice(folder.length);
  const dated = dateIn(base);
  if (dated !== undefined) {
    const index = Number(part.exec(dated.rest)?.[1] ?? 0);
    return { set: folder + dated.rest.replace(part, ""), rank: 1, date: dated.text, index };
  }
  const numbered = number.exec(base)?.[1];
  if (numbered === undefined) return { set: name, rank: 2, date: "", index: 0 };
  return { set: folder + base.replace(number, ""), rank: 0, date: "", index: -Number(numbered) };
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Set by set; within one the oldest first. */
export function inTimeOrder(files: readonly EvidenceFile[]): EvidenceFile[] {
  return files
    .map((file) => ({ file, ...placeOf(file) }))
    .toSorted(
      (one, other) =>
        compare(one.set, other.set) ||
        one.rank - other.rank ||
        compare(one.date, other.date) ||
        one.index - other.index ||
        compare(one.file.name, other.file.name),
    )
    .map(({ file }) => file);
}

/** Files of a set in the order of time, as far as each goes on where the one before it ends: one that is missing parts them. */
export function rotatedSets(files: readonly EvidenceFile[]): EvidenceFile[][] {
  const sets: EvidenceFile[][] = [];
  let last: Place | undefined;
  for (const file of inTimeOrder(files)) {
    const place = placeOf(file);
    if (last !== undefined && goesOn(last, place)) sets.at(-1)?.push(file);
    else sets.push([file]);
    last = place;
  }
  return sets;
}

const dayInMilliseconds = 86_400_000;

/** Does the next file of a set follow on the last? By its date, where it is of the same or the next day. */
function goesOn(last: Place, next: Place): boolean {
  if (last.set !== next.set || last.rank > next.rank) return false;
  if (last.rank === 0) return next.rank === 0 ? next.index - last.index === 1 : next.rank === 2 && last.index === -1;
  if (next.rank !== 1) return true;
  const days = (Date.parse(next.date.slice(0, 10)) - Date.parse(last.date.slice(0, 10))) / dayInMilliseconds;
  return days <= 1;
}

/** The last day (`YYYY-MM-DD`) of which a file's records can be, by its name. */
export function dayInName({ name }: EvidenceFile): string | undefined {
  return dateIn(name.slice(name.lastIndexOf("/") + 1))?.text.slice(0, 10);
}
