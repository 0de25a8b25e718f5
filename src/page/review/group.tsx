/** A group: what its items have in common, the items, and one decision for all that nobody decided. */
import type { Child } from "hono/jsx";
import type { QueueGroup, QueueItem } from "../../review/session.ts";
import { count, counted } from "../../text.ts";
import { Scroll, SourceChip, SourceChips, Text, Value } from "../pieces.tsx";
import { Problem } from "./frame.tsx";
import { Heading, Reason, Subject } from "./pieces.tsx";
import { Signature } from "./signature.tsx";
import type { Remembered } from "./signature.tsx";
import { GivenLine, Undo } from "./undo.tsx";
import type { ReviewView } from "./view.ts";
import { isDone, itemsOf, namedRules } from "./wording.ts";

interface GroupParts {
  readonly view: ReviewView;
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
  const { view, group, news, problem, remembered } = parts;
  const { links } = view;
  const { id, said, sources, given } = group;
  return (
    <>
      <nav class="crumbs" aria-label="Where you are">
        <a href={links.root}>Queue</a>
        {canBeRuled(group) ? (
          <a class="jump" href="#by-rule" data-key="r">
            decide them by a rule <kbd aria-hidden="true">r</kbd>
          </a>
        ) : null}
      </nav>
      {news}
      {problem === undefined ? null : <Problem {...problem} />}
      <header class="about">
        <Heading of={group} />
        <p class="lead">
          <Text of={said} />
        </p>
        <p class="facts">
          <span>
            {itemsOf(group)}, {count(group.decided)} decided
          </span>
          {sources.length === 0 ? null : <SourceChips view={view} sources={sources} />}
        </p>
      </header>
      <Onwards {...parts} />
      {given === undefined ? null : (
        <div class="told decided">
          The group: <GivenLine given={given} />
          <Undo given={given} action={links.undo} name="group" id={id} remembered={remembered} />
        </div>
      )}
      <Items {...parts} />
      <ByRule {...parts} />
    </>
  );
}

function Onwards({ view: { links }, nextGroup }: GroupParts): Child {
  if (nextGroup === undefined) return null;
  return (
    <p class="told">
      All are decided. Next in the queue:{" "}
      <a href={links.group(nextGroup.id)} data-key="n">
        <Subject of={nextGroup} />
      </a>
      , {itemsOf(nextGroup)} <kbd aria-hidden="true">n</kbd>
    </p>
  );
}

/** Are there cells left that a rule could choose claims for? */
function canBeRuled(group: QueueGroup): boolean {
  return group.column !== null && group.isDecidable && !isDone(group);
}

function Items({ view: { links }, group, items, more, isFirst }: GroupParts): Child {
  const isRows = group.column === null;
  const title = isRows ? "Rows" : "Cells";
  return (
    <section aria-labelledby="items">
      <h2 id="items">{title}</h2>
      <Scroll label={title}>
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
              <Item item={item} href={links.item(item.id)} isRows={isRows} />
            ))}
          </tbody>
        </table>
      </Scroll>
      {isFirst && more === undefined ? null : (
        <nav class="pages" aria-label="Pages">
          {isFirst ? null : <a href={links.group(group.id)}>First page</a>}
          {more === undefined ? null : (
            <a rel="next" data-key="n" href={links.group(group.id, { after: String(more) })}>
              Next page
            </a>
          )}
        </nav>
      )}
    </section>
  );
}

function Item({
  item: { key, value = null, reason, given },
  href,
  isRows,
}: {
  readonly item: QueueItem;
  readonly href: string;
  readonly isRows: boolean;
}): Child {
  return (
    <tr>
      <th scope="row">
        <a href={href}>
          <Text of={key} most={mostInTable} />
        </a>
      </th>
      {isRows ? null : (
        <td>
          <Value of={{ text: value }} most={mostInTable} />
        </td>
      )}
      <td class="muted">{reason === null ? "" : <Reason of={reason} />}</td>
      <td>
        {given === undefined ? (
          <span class="open">open</span>
        ) : (
          <>
            <Reason of={given.what} />, by <Reason of={given.by} />
          </>
        )}
      </td>
    </tr>
  );
}

function ByRule({ view, group, remembered, rule }: GroupParts): Child {
  if (group.column === null) return null;
  if (!group.isDecidable)
    return <p class="told">These have no key of the target’s, so that no decision can name them.</p>;
  if (!canBeRuled(group)) return <p class="told">To decide anew, undo, or open one.</p>;
  const left = group.items - group.decided;
  return (
    <section aria-labelledby="by-rule">
      <h2 id="by-rule">Decide the whole group by a rule</h2>
      <p class="lead">
        The rule decides {counted(left, "cell")} that nobody decided. Cells that were decided one by one stay as they
        are.
      </p>
      <form method="post" action={view.links.group(group.id)} class="rule-form">
        <fieldset class="rules">
          <legend class="unseen">Rule</legend>
          {group.sources.map((source) => (
            <Rule
              field={`prefer:${source}`}
              rule={rule}
              name={
                <>
                  prefer <SourceChip view={view} source={source} />
                </>
              }
              said="what it says, where it says something"
            />
          ))}
          {namedRules.map(({ rule: field, name, said }) => (
            <Rule field={field} rule={rule} name={name} said={said} />
          ))}
        </fieldset>
        <Signature remembered={remembered} of="rule">
          <button type="submit" class="primary">
            Decide {counted(left, "cell")}
          </button>
        </Signature>
      </form>
    </section>
  );
}

interface RuleParts {
  readonly field: string;
  /** The one that is chosen. */
  readonly rule: string | undefined;
  readonly name: Child;
  readonly said: string;
}

function Rule({ field, rule, name, said }: RuleParts): Child {
  return (
    <label class="option">
      <input type="radio" name="rule" value={field} required checked={field === rule} />{" "}
      <span>
        <strong>{name}</strong> <small>{said}</small>
      </span>
    </label>
  );
}
