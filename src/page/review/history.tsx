/** What was decided: groups by a rule, and where single items were. */
import type { Child } from "hono/jsx";
import type { Progress, QueueGroup } from "../../review/session.ts";
import { count } from "../../text.ts";
import { ClassBadge, Text } from "../pieces.tsx";
import type { Links } from "./links.ts";
import { HowMany, State, Subject } from "./pieces.tsx";
import type { Remembered } from "./signature.tsx";
import { GivenLine, Undo } from "./undo.tsx";

interface HistoryParts {
  readonly links: Links;
  readonly groups: readonly QueueGroup[];
  readonly progress: Progress;
  readonly remembered: Remembered;
}

export function History({ links, groups, progress, remembered }: HistoryParts): Child {
  const touched = groups.filter(({ decided, given }) => decided > 0 || given !== undefined);
  return (
    <>
      <nav class="crumbs" aria-label="Where you are">
        <a href={links.root}>Queue</a>
      </nav>
      <header class="about">
        <h1>Decisions</h1>
        {touched.length === 0 ? <p class="lead">Nothing is decided yet.</p> : null}
        <p class="facts">
          {progress.by.map(({ name, decisions }) => (
            <span>
              <Text of={name} most={60} />: {count(decisions)}
            </span>
          ))}
        </p>
      </header>
      {touched.length === 0 ? null : (
        <section aria-label="Groups">
          <ul class="groups">
            {touched.map((group) => (
              <Touched group={group} links={links} remembered={remembered} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Touched({
  group,
  links,
  remembered,
}: Omit<HistoryParts, "groups" | "progress"> & { group: QueueGroup }): Child {
  const { id, said, given } = group;
  return (
    <li class="line">
      <HowMany of={group} />
      <div class="what">
        <p>
          <a class="subject" href={links.group(id)}>
            <Subject of={group} />
          </a>{" "}
          <ClassBadge of={group.class} />
        </p>
        <p class="said">
          <Text of={said} />
        </p>
        {given === undefined ? null : (
          <div class="told decided">
            The group: <GivenLine given={given} />
            <Undo given={given} action={links.undo} name="group" id={id} remembered={remembered} />
          </div>
        )}
      </div>
      <State of={group} />
    </li>
  );
}
