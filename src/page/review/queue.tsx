/** The queue: groups of what is contested or withheld, those that need somebody first. */
import type { Child } from "hono/jsx";
import type { Progress, QueueGroup } from "../../review/session.ts";
import { count, counted } from "../../text.ts";
import { ClassBadge, SourceChips, Text } from "../pieces.tsx";
import { HowMany, State, Subject } from "./pieces.tsx";
import type { ReviewView } from "./view.ts";
import { isDone } from "./wording.ts";

export interface QueueAsked {
  readonly table: string;
  readonly text: string;
  readonly page: number;
}

interface QueueParts {
  readonly view: ReviewView;
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

export function Queue({ view, groups, progress, asked }: QueueParts): Child {
  const found = openFirst(groups.filter((group) => matches(group, asked)));
  const start = asked.page * groupsOnPage;
  return (
    <>
      <Head groups={groups} progress={progress} />
      {groups.length === 0 ? null : (
        <section aria-labelledby="queue">
          <div class="bar">
            <h2 id="queue">Queue</h2>
            <Search view={view} groups={groups} asked={asked} />
          </div>
          {found.length === 0 ? <p class="nothing-here">No group matches.</p> : null}
          <ol class="groups" start={start + 1}>
            {found.slice(start, start + groupsOnPage).map((group) => (
              <GroupLine group={group} view={view} />
            ))}
          </ol>
          <Pages view={view} asked={asked} all={found.length} />
        </section>
      )}
    </>
  );
}

function sum(groups: readonly QueueGroup[]): number {
  return groups.reduce((all, { items, decided }) => all + items - decided, 0);
}

/** `20 cells and 2 rows to decide` */
function headlineOf(groups: readonly QueueGroup[]): string {
  if (groups.length === 0) return "Nothing to decide";
  const cells = sum(groups.filter(({ column }) => column !== null));
  const rows = sum(groups.filter(({ column }) => column === null));
  const open = [...(cells > 0 ? [counted(cells, "cell")] : []), ...(rows > 0 ? [counted(rows, "row")] : [])];
  return open.length === 0 ? "All is decided" : `${open.join(" and ")} to decide`;
}

function Head({ groups, progress }: Pick<QueueParts, "groups" | "progress">): Child {
  const open = groups.filter((group) => !isDone(group)).length;
  return (
    <header class="about">
      <h1>{headlineOf(groups)}</h1>
      <p class="lead">
        {groups.length === 0
          ? "Nothing is contested and no row is withheld."
          : `${counted(open, "group is", "groups are")} open of ${count(groups.length)}. What you decide is added to decisions.yaml; the next salvage run applies it.`}
      </p>
      <Contributors progress={progress} />
    </header>
  );
}

function Contributors({ progress }: { readonly progress: Progress }): Child {
  if (progress.by.length === 0) return null;
  return (
    <p class="facts">
      <span>Decided so far:</span>
      {progress.by.map(({ name, decisions }) => (
        <span>
          <Text of={name} most={60} /> {count(decisions)}
        </span>
      ))}
    </p>
  );
}

function Search({ view: { links }, groups, asked }: Omit<QueueParts, "progress">): Child {
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
        <span>
          Text <kbd aria-hidden="true">/</kbd>
        </span>
        <input type="search" name="text" value={asked.text} data-key="/" maxlength={200} />
      </label>
      <button type="submit">Filter</button>
      {asked.table === "" && asked.text === "" ? null : <a href={links.root}>show all</a>}
    </form>
  );
}

function GroupLine({ group, view }: { readonly group: QueueGroup; readonly view: ReviewView }): Child {
  return (
    <li class={isDone(group) ? "line done" : "line"}>
      <HowMany of={group} />
      <div class="what">
        <p>
          <a class="subject" href={view.links.group(group.id)}>
            <Subject of={group} />
          </a>{" "}
          <ClassBadge of={group.class} />
        </p>
        <p class="said">
          <Text of={group.said} />
        </p>
        {group.sources.length === 0 ? null : <SourceChips view={view} sources={group.sources} />}
      </div>
      <State of={group} />
    </li>
  );
}

function Pages({ view: { links }, asked, all }: Pick<QueueParts, "view" | "asked"> & { readonly all: number }): Child {
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
