/** Which table, view or query of a server feeds which lost table. */
import { UserError } from "../../errors.ts";
import { nearest } from "../../recipe/suggest.ts";
import { sameName } from "../../schema/model.ts";
import type { TableMapping } from "../extractor.ts";
import type { Relation, RelationName, Server } from "./kind.ts";

const shown = 12;

/** Undefined where the server has nothing of the table's name and the recipe does not ask for it. Throws UserError where it does. */
export async function findRelation(server: Server, mapping: TableMapping): Promise<Relation | undefined> {
  if (mapping.query !== undefined) return server.describeQuery(mapping.query);
  const names = await server.relations();
  const found = matching(names, mapping);
  if (found.length > 1) throw ambiguous(server, mapping, found);
  const [name] = found;
  if (name !== undefined) return server.describe(name);
  if (isAskedFor(mapping)) throw absent(server, mapping, names);
  return undefined;
}

/** Does the recipe say something of its own about this table, so that its absence is a mistake? */
export function isAskedFor(mapping: TableMapping): boolean {
  return mapping.from !== undefined || mapping.query !== undefined || mapping.columns.size > 0;
}

function matching(names: readonly RelationName[], { table, from }: TableMapping): readonly RelationName[] {
  if (from !== undefined)
    return exactFirst(
      names.filter((each) => sameName(from, textOf(each)) || sameName(from, each.name)),
      from,
    );
  const whole = names.filter((each) => sameName(each.schema, table.schema) && sameName(each.name, table.name));
  return whole.length > 0 ? whole : names.filter((each) => sameName(each.name, table.name));
}

/** Where names that differ in case only are several tables, the one that is written so is meant. */
function exactFirst(names: readonly RelationName[], wanted: string): readonly RelationName[] {
  const exact = names.filter(({ schema, name }) => wanted === `${schema}.${name}` || wanted === name);
  return exact.length === 1 ? exact : names;
}

function textOf({ schema, name }: RelationName): string {
  return `${schema}.${name}`;
}

function ambiguous(server: Server, { table }: TableMapping, found: readonly RelationName[]): UserError {
  return new UserError({
    what: `more than one table of ${server.description} could be it: ${found.map(textOf).join(", ")}`,
    where: { table: table.id },
    remedy: "Say which, with `from` under the source's tables",
  });
}

function absent(server: Server, mapping: TableMapping, names: readonly RelationName[]): UserError {
  const wanted = mapping.from ?? mapping.table.id;
  const texts = names.map(textOf);
  const near = nearest(wanted, wanted.includes(".") ? texts : names.map(({ name }) => name));
  const listed =
    texts.length > shown ? `${texts.slice(0, shown).join(", ")} and ${texts.length - shown} more` : texts.join(", ");
  return new UserError({
    what: `${server.description} has no table ${wanted} that this login may read`,
    where: { table: mapping.table.id },
    remedy: `${near === undefined ? "" : `Did you mean ${near}? `}Correct \`from\`; the login sees ${listed || "no tables"}`,
  });
}
