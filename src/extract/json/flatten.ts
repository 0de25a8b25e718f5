/** An object as the fields that columns are taken from: `City` of `{"address":{"City":"Oslo"}}` is `address.City`. */
import { isObject, type Member, membersOf } from "../text/json.ts";

/** Which objects are looked into, by their path in lower case: those that some column comes from. */
export type OpenPaths = ReadonlySet<string>;

/** The paths above `sources`: for `address.geo.lat` these are `address` and `address.geo`. */
export function openPathsOf(sources: Iterable<string>): OpenPaths {
  const open = new Set<string>();
  for (const source of sources)
    for (let dot = source.indexOf("."); dot >= 0; dot = source.indexOf(".", dot + 1))
      open.add(source.slice(0, dot).toLowerCase());
  return open;
}

/** The fields in their order, each with its path as its name. What is null where an object could be claims nothing for what would be in it. */
export function flatten(members: readonly Member[], open: OpenPaths): readonly Member[] {
  if (open.size === 0 || !members.some(({ name }) => open.has(name.toLowerCase()))) return members;
  return members.flatMap((member) => flattenMember(member, open));
}

function flattenMember(member: Member, open: OpenPaths): readonly Member[] {
  if (!isObject(member.text) || !open.has(member.name.toLowerCase())) return [member];
  const inner = membersOf(member.text).map(({ name, text }) => ({ name: `${member.name}.${name}`, text }));
  return inner.flatMap((next) => flattenMember(next, open));
}
