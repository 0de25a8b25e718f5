/** Members of a message by name, read as what the format says they are. */
import { isString, type Member, membersOf, isObject, readString } from "../text/json.ts";

/** As it is written; undefined where it is not there, or null. */
export function memberText(members: readonly Member[], name: string): string | undefined {
  const text = members.findLast((member) => member.name === name)?.text;
  return text === "null" ? undefined : text;
}

export function hasMember(members: readonly Member[], name: string): boolean {
  return members.some((member) => member.name === name);
}

/** What a text says; undefined where there is none. */
export function memberString(members: readonly Member[], name: string): string | undefined {
  const text = memberText(members, name);
  return text !== undefined && isString(text) ? readString(text) : undefined;
}

const integer = /^-?\d{1,30}$/;

export function memberInteger(members: readonly Member[], name: string): bigint | undefined {
  return integerOf(memberText(members, name));
}

/** A number as JSON writes it, or the same in a text. */
export function integerOf(text: string | undefined): bigint | undefined {
  const bare = text !== undefined && isString(text) ? readString(text) : text;
  return bare !== undefined && integer.test(bare) ? BigInt(bare) : undefined;
}

/** The members of an object; undefined where there is none. */
export function memberObject(members: readonly Member[], name: string): readonly Member[] | undefined {
  const text = memberText(members, name);
  return text !== undefined && isObject(text) ? membersOf(text) : undefined;
}
