/** What was decided: groups by a rule, and where single items were. */
import type { Child } from "hono/jsx";
import type { Progress, QueueGroup } from "../../review/session.ts";
import type { Links } from "./links.ts";
import type { Remembered } from "./signature.tsx";
import { GivenLine, Undo } from "./undo.tsx";
import { Text } from "./value.tsx";
import { count, subjectOf } from "./wording.ts";

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
      <p class="crumbs">
        <a href={links.root}>Queue</a>
      </p>
      <h1>Decisions</h1>
      {touched.length === 0 ? <p class="lead">Nothing is decided yet.</p> : null}
      {progress.by.length === 0 ? null : (
        <ul class="people">
          {progress.by.map(({ name, decisions }) => (
            <li>
              <Text text={name} />: {count(decisions)}
            </li>
          ))}
        </ul>
      )}
      <ul class="groups">
        {touched.map((group) => (
          <li class="group">
            <div class="what">
              <a class="subject" href={links.group(group.id)}>
                <Text text={subjectOf(group)} />
              </a>
              <p class="said">
                <Text text={group.said} />
              </p>
              {group.given === undefined ? null : (
                <div class="decided">
                  The group: <GivenLine given={group.given} />
                  <Undo action={links.undo} name="group" id={group.id} remembered={remembered} />
                </div>
              )}
            </div>
            <div class="count">
              <strong>{count(group.decided)}</strong>
              <span>of {count(group.items)} decided</span>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
