/**
 * What a source said, as it said it: `evidence/captured/<source>/`. A server may be gone tomorrow, or copy the loss tonight; so nothing here
 * is ever overwritten or deleted once it is whole.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../../errors.ts";
import type { EvidenceFile } from "../extractor.ts";
import type { CapturedFile } from "./file.ts";
import { emptyManifest, readManifest, writeManifest } from "./manifest.ts";
import type { CapturedTable, Manifest } from "./manifest.ts";
import { CaptureStream, captureLimits } from "./stream.ts";
import type { CaptureLimits } from "./stream.ts";

/** Where the captured files of a source lie. */
export interface CapturePlace {
  /** Absolute. */
  readonly folder: string;
  /** The same as people and outputs see it, with forward slashes. */
  readonly shown: string;
}

export class CaptureFolder {
  readonly place: CapturePlace;
  readonly #limits: CaptureLimits;
  #manifest: Manifest;
  #changed: () => void = () => {};

  /** Throws UserError where the folder's list cannot be read. */
  constructor(place: CapturePlace, limits = captureLimits) {
    this.place = place;
    this.#limits = limits;
    this.#manifest = readManifest(place.folder) ?? emptyManifest();
  }

  /** `changed` is called whenever the list on disk has changed. */
  watch(changed: () => void): void {
    this.#changed = changed;
  }

  /** Empty where nothing was asked yet. */
  get location(): string {
    return this.#manifest.location;
  }

  get warnings(): readonly string[] {
    return this.#manifest.warnings;
  }

  /** Says where the source is. What was captured of another place is set aside. */
  moveTo(location: string): void {
    fs.mkdirSync(this.place.folder, { recursive: true });
    const known = this.#manifest;
    if (known.location === location) return;
    for (const { files } of Object.values(known.tables)) this.setAside(files, "earlier");
    this.#write({ ...emptyManifest(), location });
  }

  /** Says what the source is, as people call it, and what they should know of it. */
  describe(origin: string, warnings: readonly string[]): void {
    this.#write({ ...this.#manifest, origin, warnings: [...warnings] });
  }

  /** What is there of a table for the same question; undefined: nothing yet. */
  table(id: string, question: string): CapturedTable | undefined {
    const known = this.#manifest.tables[id];
    return known?.question === question ? known : undefined;
  }

  setTable(id: string, table: CapturedTable): void {
    const known = this.#manifest.tables[id];
    if (known !== undefined && known.question !== table.question) this.setAside(known.files, "earlier");
    this.#write({ ...this.#manifest, tables: { ...this.#manifest.tables, [id]: table } });
  }

  /** A finished file as evidence. */
  evidence({ name, bytes, sha256 }: CapturedFile): EvidenceFile {
    const { folder, shown } = this.place;
    return { path: path.join(folder, name), name: `${shown}/${name}`, bytes, sha256 };
  }

  /** Every whole file, in the order of tables and reading. */
  files(): EvidenceFile[] {
    return Object.values(this.#manifest.tables).flatMap(({ files }) => files.map((file) => this.evidence(file)));
  }

  /** Is everything there that was begun? */
  isComplete(): boolean {
    return Object.values(this.#manifest.tables).every(({ isComplete }) => isComplete);
  }

  /** Captured lines of a table, from the file behind those that are there. */
  stream(id: string, options: { header?: string; part?: string; onFile: (file: CapturedFile) => void }): CaptureStream {
    const { header, part, onFile } = options;
    const label = part === undefined ? fileLabel(id) : `${fileLabel(id)}.${part}`;
    const after = part === undefined ? (this.#manifest.tables[id]?.files.length ?? 0) : 0;
    fs.mkdirSync(this.place.folder, { recursive: true });
    return new CaptureStream({ folder: this.place.folder, label, header, after, limits: this.#limits, onFile });
  }

  /** Moves files into a folder of their own, whose path it returns: they are kept, and are no evidence. */
  setAside(files: readonly CapturedFile[], stem: string): string | undefined {
    if (files.length === 0) return undefined;
    const aside = freeName(path.join(this.place.folder, stem));
    fs.mkdirSync(aside);
    for (const { name } of files) fs.renameSync(path.join(this.place.folder, name), path.join(aside, name));
    return aside;
  }

  #write(manifest: Manifest): void {
    this.#manifest = manifest;
    writeManifest(this.place.folder, manifest);
    this.#changed();
  }
}

/** `earlier-1`, or the first number that is free. */
export function freeName(stem: string): string {
  for (let number = 1; ; number++) if (!fs.existsSync(`${stem}-${number}`)) return `${stem}-${number}`;
}

const unsafe = /[^A-Za-z0-9._-]/g;
const longestLabel = 100;

/** A table's name as part of a file's, on any system; what is lost on the way is made up for by a hash. */
function fileLabel(id: string): string {
  const plain = id.replaceAll(unsafe, "_").slice(0, longestLabel);
  return plain === id ? id : `${plain}-${createHash("sha256").update(id).digest("hex").slice(0, 8)}`;
}

/** Throws UserError where a captured file is not as it was written. */
export function refuseAltered(file: EvidenceFile): void {
  const hash = createHash("sha256");
  try {
    hash.update(fs.readFileSync(file.path));
  } catch (cause) {
    throw altered(file, "is missing or cannot be read", cause);
  }
  if (hash.digest("hex") !== file.sha256) throw altered(file, "is not what was captured", undefined);
}

function altered(file: EvidenceFile, what: string, cause: unknown): UserError {
  return new UserError({
    what: `the captured file ${what}`,
    where: { file: file.name },
    remedy: "Put it back from a copy, or have the source captured again with `salvage extract --recapture`",
    cause,
  });
}
