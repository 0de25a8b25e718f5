/** Counts what a log speaks of while it is looked at for a profile; nothing is staged. */
import { Fault } from "../../errors.ts";
import type {
  EvidenceFile,
  ExtractContext,
  Locator,
  LogSubject,
  LogSurveyContext,
  SurveyedLog,
  TableMapping,
} from "../extractor.ts";
import { tableName } from "../../schema/model.ts";

export type LoggedOperation = "inserts" | "updates" | "deletes";

type Counted = { -readonly [Name in keyof LogSubject]: LogSubject[Name] };

const mostShown = 20;
/** Shapes of lines never end where a log is no log. */
const mostHeld = 5000;

/** Stands for tables of which nothing is known. */
const anyTable: TableMapping = {
  table: {
    schema: "",
    name: "any",
    id: tableName("", "any"),
    columns: [],
    unique: [],
    foreignKeys: [],
    checks: [],
    attachments: [],
  },
  columns: new Map(),
  cutAt: new Map(),
};

function nothing(): void {
  // What is only looked at is accounted for nowhere.
}

interface Reason {
  records: number;
  readonly first: Locator;
}

export class LogSurvey {
  records = 0;
  readonly #file: EvidenceFile;
  readonly #context: LogSurveyContext;
  readonly #subjects = new Map<string, Counted>();
  readonly #reasons = new Map<string, Reason>();
  readonly #losses: string[] = [];
  #others = 0;
  #first: string | undefined;
  #last: string | undefined;
  #characters = 0;

  constructor(file: EvidenceFile, context: LogSurveyContext) {
    this.#file = file;
    this.#context = context;
  }

  /** In place of an extraction's: what is set aside is damage. */
  get context(): ExtractContext {
    const { files, folder, signal } = this.#context;
    return {
      files,
      folder,
      signal,
      mappings: [anyTable],
      zone: "UTC",
      offline: true,
      read: nothing,
      skip: nothing,
      evidence: nothing,
      leftover: nothing,
      log: nothing,
      partial: nothing,
      progress: nothing,
      quarantine: (_raw, reason, locator) => this.damage(reason, locator),
      warn: (message) => void this.#losses.push(message),
      capture: () => {
        throw new Fault("a log is looked at, and captures nothing");
      },
    };
  }

  /** True: enough was looked at. */
  spend(characters: number): boolean {
    this.#characters += characters;
    return this.#characters > this.#context.characters;
  }

  /** Times that begin with a year are put in order; of others the first and the last that come. */
  time(text: string | undefined): void {
    if (text === undefined) return;
    const isOrdered = /^\d{4}-/.test(text);
    if (this.#first === undefined || (isOrdered && text < this.#first)) this.#first = text;
    if (this.#last === undefined || !isOrdered || text > this.#last) this.#last = text;
  }

  count(of: LogSubject["of"], name: string, operation?: LoggedOperation, records = 1): void {
    const known = this.#subjects.get(name);
    if (known === undefined && this.#subjects.size >= mostHeld) {
      this.#others++;
      return;
    }
    const counted = known ?? { of, name, records: 0, inserts: 0, updates: 0, deletes: 0 };
    if (known === undefined) this.#subjects.set(name, counted);
    counted.records += records;
    if (operation !== undefined) counted[operation] += records;
  }

  damage(reason: string, locator: Locator): void {
    const known = this.#reasons.get(reason);
    if (known === undefined) this.#reasons.set(reason, { records: 1, first: locator });
    else known.records++;
  }

  /** Most records first, then in the order in which they came. */
  get subjects(): readonly LogSubject[] {
    return [...this.#subjects.values()].toSorted((left, right) => right.records - left.records);
  }

  result(format: string, suggested: SurveyedLog["suggested"], isWhole: boolean): SurveyedLog {
    const { subjects } = this;
    return {
      format,
      records: this.records,
      first: this.#first,
      last: this.#last,
      subjects: subjects.slice(0, mostShown),
      otherSubjects: Math.max(0, subjects.length - mostShown) + this.#others,
      damage: [...this.#losses, ...[...this.#reasons].map(([reason, found]) => this.#sentence(reason, found))],
      isWhole,
      suggested,
    };
  }

  #sentence(reason: string, { records, first: { line, row, offset } }: Reason): string {
    const at = line === undefined ? (row === undefined ? `byte ${offset ?? 0}` : `record ${row}`) : `line ${line}`;
    const name = this.#file.name.slice(this.#file.name.lastIndexOf("/") + 1);
    return records === 1 ? `${name} ${at}: ${reason}` : `${records} records, the first at ${at}: ${reason}`;
  }
}
