/** A group: what its items have in common, the items, and one decision for all that nobody decided. */
import type { Child } from "hono/jsx";
import type { QueueGroup, QueueItem } from "../../review/session.ts";
import { Problem, Sources } from "./frame.tsx";
import type { Links } from "./links.ts";
import { SignatureFields } from "./signature.tsx";
import type { Remembered } from "./signature.tsx";
import { GivenLine, Undo } from "./undo.tsx";
import { Reason, Text, Value } from "./value.tsx";
import { count, counted, isDone, itemsOf, namedRules, subjectOf } from "./wording.ts";

interface GroupParts {
  readonly links: Links;
  readonly group: QueueGroup;
  readonly items: readonly QueueItem[];
  /** Where the next page begins; undefined: there is none. */
  readonly more: number | undefined;
  readonly isFirst: boolean;
  /** Where to go on when this one is done. */
  readonly nextGroup: QueueGroup | undefined;
  readonly remembered: Remembered;
  /** The rule that the form had, as its field says it. */
  readonly rule: string | undefined;
  /** What has just happened: `12 cells are decided`. */
  readonly news: Child;
  readonly problem: { readonly what: string; readonly remedy: string } | undefined;
}

const mostInTable = 160;

export function Group(parts: GroupParts): Child {
  const { links, group, nextGroup, news, problem, remembered } = parts;
  const { id, said, sources, given } = group;
  return (
    <>
      <p class="crumbs">
        <a href={links.root}>Queue</a>
      </p>
      {news}
      {problem === undefined ? null : <Problem {...problem} />}
      <h1>
        <Text text={subjectOf(group)} /> <span class={`class ${group.class}`}>{group.class}</span>
      </h1>
      <p class="lead">
        <Text text={said} />
      </p>
      <p class="facts">
        {itemsOf(group)}, {count(group.decided)} decided <Sources sources={sources} />
        {canBeRuled(group) ? (
          <a class="jump" href="#by-rule" data-key="r">
            decide them by a rule
          </a>
        ) : null}
      </p>
      {nextGroup === undefined ? null : (
        <p>
          All are decided. Next in the queue:{" "}
          <a href={links.group(nextGroup.id)} data-key="n">
            <Text text={subjectOf(nextGroup)} />
          </a>
          , {itemsOf(nextGroup)}
        </p>
      )}
      {given === undefined ? null : (
        <div class="decided">
          The group: <GivenLine given={given} />
          <Undo action={links.undo} name="group" id={id} remembered={remembered} />
        </div>
      )}
      <Items {...parts} />
      <ByRule {...parts} />
    </>
  );
}

/** Are there cells left that a rule could choose claims for? */
function canBeRuled(group: QueueGroup): boolean {
  return group.column !== null && group.isDecidable && !isDone(group);
}

function Items({ links, group, items, more, isFirst }: GroupParts): Child {
  const isRows = group.column === null;
  return (
    <section aria-labelledby="items">
      <h2 id="items">{isRows ? "Rows" : "Cells"}</h2>
      <div class="scroll" tabindex={0} role="region" aria-labelledby="items">
        <table class="items">
          <thead>
            <tr>
              <th scope="col">Key</th>
              {isRows ? null : <th scope="col">Stands for now</th>}
              <th scope="col">Why it is here</th>
              <th scope="col">Decided</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <Item item={item} links={links} isRows={isRows} />
            ))}
          </tbody>
        </table>
      </div>
      <nav class="pages" aria-label="Pages">
        {isFirst ? null : <a href={links.group(group.id)}>First page</a>}
        {more === undefined ? null : (
          <a rel="next" data-key="n" href={links.group(group.id, { after: String(more) })}>
            Next page
          </a>
        )}
      </nav>
    </section>
  );
}

function Item({
  item,
  links,
  isRows,
}: {
  readonly item: QueueItem;
  readonly links: Links;
  readonly isRows: boolean;
}): Child {
  return (
    <tr>
      <th scope="row">
        <a href={links.item(item.id)}>
          <Value value={item.key} most={mostInTable} />
        </a>
      </th>
      {isRows ? null : (
        <td>
          <Value value={item.value ?? null} most={mostInTable} />
        </td>
      )}
      <td>{item.reason === null ? "" : <Reason text={item.reason} />}</td>
      <td>
        {item.given === undefined ? (
          <span class="open">open</span>
        ) : (
          <>
            <Reason text={item.given.what} />, by <Reason text={item.given.by} />
          </>
        )}
      </td>
    </tr>
  );
}

function ByRule({ links, group, remembered, rule }: GroupParts): Child {
  if (group.column === null) return null;
  if (!group.isDecidable)
    return <p class="note">These have no key of the target’s, so that no decision can name them.</p>;
  if (!canBeRuled(group)) return <p class="note">To decide anew, undo, or open one.</p>;
  const left = group.items - group.decided;
  return (
    <section aria-labelledby="by-rule">
      <h2 id="by-rule">Decide the whole group by a rule</h2>
      <p>
        The rule decides {counted(left, "cell")} that nobody decided. Cells that were decided one by one stay as they
        are.
      </p>
      <form method="post" action={links.group(group.id)} class="rule-form">
        <fieldset class="rules">
          <legend>Rule</legend>
          {group.sources.map((source) => (
            <Rule field={`prefer:${source}`} rule={rule} name={`prefer ${source}`} said={`what ${source} says`} />
          ))}
          {namedRules.map(({ rule: field, name, said }) => (
            <Rule field={field} rule={rule} name={name} said={said} />
          ))}
        </fieldset>
        <SignatureFields remembered={remembered} of="rule" />
        <button type="submit" class="primary">
          Decide {counted(left, "cell")}
        </button>
      </form>
    </section>
  );
}

interface RuleParts {
  readonly field: string;
  /** The one that is chosen. */
  readonly rule: string | undefined;
  readonly name: string;
  readonly said: string;
}

function Rule({ field, rule, name, said }: RuleParts): Child {
  return (
    <label class="rule">
      <input type="radio" name="rule" value={field} required checked={field === rule} />{" "}
      <strong>
        <Text text={name} />
      </strong>{" "}
      <span>
        <Text text={said} />
      </span>
    </label>
  );
}
