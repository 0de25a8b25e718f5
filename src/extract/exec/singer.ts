/**
 * The messages of the Singer protocol (github.com/singer-io/getting-started, docs/SPEC.md). Types count without regard to case. A SCHEMA tells the
 * fields of a stream; how a value is read follows from the target's column, since the text of a date, a decimal or a number is kept as it is.
 */
import { UserError } from "../../errors.ts";
import type { Place } from "../../errors.ts";
import { isObject, isString, membersOf, readString } from "../text/json.ts";
import type { Member } from "../text/json.ts";
import type { Message } from "./message.ts";

/** Taps that read a database's log set it in the record of a row that is gone; in all others it is null, or not there. */
export const deletedAt = "_sdc_deleted_at";

type Members = readonly Member[];

const readers: Readonly<Record<string, (members: Members, where: Place) => Message>> = {
  RECORD: readRecord,
  SCHEMA: readSchema,
  STATE: () => ({ kind: "skip", rule: "STATE message" }),
  // It tells a target to drop what earlier runs loaded; here every run is loaded by itself.
  ACTIVATE_VERSION: () => ({ kind: "skip", rule: "ACTIVATE_VERSION message" }),
  BATCH: refuseBatch,
};

export function readSinger(members: Members, where: Place): Message {
  const type = textOf(members, "type")?.toUpperCase();
  if (type === undefined) return { kind: "fault", reason: "it has no type, as every Singer message has" };
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined;
  return read?.(members, where) ?? { kind: "fault", reason: `a message of the type ${type.slice(0, 40)} is not known` };
}

function readRecord(members: Members): Message {
  const stream = textOf(members, "stream");
  const record = objectOf(members, "record");
  if (stream === undefined || record === undefined)
    return { kind: "fault", reason: "it is a RECORD without a stream, or without a record" };
  const isDelete = record.some(({ name, text }) => name === deletedAt && text !== "null");
  return { kind: "record", stream, members: record, isDelete };
}

function readSchema(members: Members): Message {
  const stream = textOf(members, "stream");
  const schema = objectOf(members, "schema");
  if (stream === undefined || schema === undefined)
    return { kind: "fault", reason: "it is a SCHEMA without a stream, or without a schema" };
  return { kind: "schema", stream, fields: (objectOf(schema, "properties") ?? []).map(({ name }) => name) };
}

function refuseBatch(_members: Members, where: Place): never {
  throw new UserError({
    what: "the program hands its records over in files (a BATCH message), which are not read",
    where,
    remedy: "Switch batches off in the tap's configuration (`batch_config`), and run `salvage extract --recapture`",
  });
}

function textOf(members: Members, name: string): string | undefined {
  const member = members.find((candidate) => candidate.name === name);
  return member !== undefined && isString(member.text) ? readString(member.text) : undefined;
}

function objectOf(members: Members, name: string): Member[] | undefined {
  const member = members.find((candidate) => candidate.name === name);
  return member !== undefined && isObject(member.text) ? membersOf(member.text) : undefined;
}
