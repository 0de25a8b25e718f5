/** The queue: groups of what is contested or withheld, those that need somebody first. */
import type { Child } from "hono/jsx";
import type { Progress, QueueGroup } from "../../review/session.ts";
import { Sources } from "./frame.tsx";
import type { Links } from "./links.ts";
import { Text } from "./value.tsx";
import { count, counted, isDone, itemsOf, subjectOf } from "./wording.ts";

export interface QueueAsked {
  readonly table: string;
  readonly text: string;
  readonly page: number;
}

interface QueueParts {
  readonly links: Links;
  readonly groups: readonly QueueGroup[];
  readonly progress: Progress;
  readonly asked: QueueAsked;
}

const groupsOnPage = 100;

function matches({ table, column, said, sources, class: kind }: QueueGroup, asked: QueueAsked): boolean {
  if (asked.table !== "" && table !== asked.table) return false;
  const haystack = [table, column ?? "", kind, said, ...sources].join("\n").toLowerCase();
  return asked.text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

/** Open ones first, in the order of the session. */
function openFirst(groups: readonly QueueGroup[]): QueueGroup[] {
  return [...groups.filter((group) => !isDone(group)), ...groups.filter(isDone)];
}

export function Queue({ links, groups, progress, asked }: QueueParts): Child {
  const found = openFirst(groups.filter((group) => matches(group, asked)));
  const open = found.filter((group) => !isDone(group)).length;
  const start = asked.page * groupsOnPage;
  return (
    <>
      <h1>Review</h1>
      <p class="lead">
        {groups.length === 0
          ? "Nothing is contested and no row is withheld: there is nothing to decide."
          : `${counted(open, "group is", "groups are")} open of ${count(found.length)}. What you decide is added to decisions.yaml; the next salvage run applies it.`}
      </p>
      <Contributors progress={progress} />
      {groups.length === 0 ? null : <Search links={links} groups={groups} asked={asked} />}
      {groups.length > 0 && found.length === 0 ? <p class="none">No group matches.</p> : null}
      <ol class="groups" start={start + 1}>
        {found.slice(start, start + groupsOnPage).map((group) => (
          <GroupCard group={group} links={links} />
        ))}
      </ol>
      <Pages links={links} asked={asked} all={found.length} />
    </>
  );
}

function Contributors({ progress }: { readonly progress: Progress }): Child {
  if (progress.by.length === 0) return null;
  return (
    <p class="contributors">
      Decided so far:{" "}
      {progress.by.map(({ name, decisions }, index) => (
        <>
          {index === 0 ? "" : ", "}
          <Text text={name} /> {count(decisions)}
        </>
      ))}
    </p>
  );
}

function Search({ links, groups, asked }: Omit<QueueParts, "progress">): Child {
  const tables = [...new Set(groups.map(({ table }) => table))].toSorted();
  return (
    <form class="search" method="get" action={links.root} role="search">
      <label>
        Table
        <select name="table">
          <option value="">all</option>
          {tables.map((table) => (
            <option value={table} selected={table === asked.table}>
              {table}
            </option>
          ))}
        </select>
      </label>
      <label>
        Text
        <input type="search" name="text" value={asked.text} data-key="/" maxlength={200} />
      </label>
      <button type="submit">Filter</button>
      {asked.table === "" && asked.text === "" ? null : <a href={links.root}>show all</a>}
    </form>
  );
}

function GroupCard({ group, links }: { readonly group: QueueGroup; readonly links: Links }): Child {
  const done = isDone(group);
  return (
    <li class={done ? "group done" : "group"}>
      <div class="what">
        <a class="subject" href={links.group(group.id)}>
          <Text text={subjectOf(group)} />
        </a>{" "}
        <span class={`class ${group.class}`}>{group.class}</span>
        <p class="said">
          <Text text={group.said} />
        </p>
        <Sources sources={group.sources} />
      </div>
      <div class="count">
        <strong>{itemsOf(group)}</strong>
        <span>{done ? "all decided" : group.decided === 0 ? "none decided" : `${count(group.decided)} decided`}</span>
        {group.isDecidable ? null : <span class="warn">cannot be decided here</span>}
      </div>
    </li>
  );
}

function Pages({ links, asked, all }: Pick<QueueParts, "links" | "asked"> & { readonly all: number }): Child {
  const last = Math.ceil(all / groupsOnPage) - 1;
  if (last < 1) return null;
  const to = (page: number) => links.queue({ table: asked.table, text: asked.text, page: String(page) });
  return (
    <nav class="pages" aria-label="Pages">
      {asked.page > 0 ? (
        <a rel="prev" data-key="p" href={to(asked.page - 1)}>
          Previous
        </a>
      ) : null}
      <span>
        page {asked.page + 1} of {last + 1}
      </span>
      {asked.page < last ? (
        <a rel="next" data-key="n" href={to(asked.page + 1)}>
          Next
        </a>
      ) : null}
    </nav>
  );
}
