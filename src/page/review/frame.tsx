/** What every page of the review has around it. */
import type { Child } from "hono/jsx";
import type { Progress } from "../../review/session.ts";
import { documentPolicies, renderDocument } from "../document.tsx";
import type { Policies } from "../document.tsx";
import type { Links } from "./links.ts";
import { Text } from "./value.tsx";
import { count } from "./wording.ts";

const parts = { forms: true, styles: ["review"], scripts: ["review"] } as const;

/** For the headers of every page. */
export function reviewPolicies(): Policies {
  return documentPolicies(parts);
}

interface FrameParts {
  readonly title: string;
  readonly incident: string;
  readonly links: Links;
  readonly progress: Progress;
  readonly body: Child;
}

/** A page with the way back to the queue, how far the review has come, and the keys. */
export function renderFrame({ title, incident, links, progress, body }: FrameParts): string {
  return renderDocument({
    ...parts,
    title: `${title} · ${incident}`,
    body: (
      <div class="review">
        <header class="top">
          <a class="home" href={links.root} data-key="q">
            <Text text={incident} />
          </a>
          <ProgressBar progress={progress} />
          <a class="to-history" href={links.history}>
            Decisions
          </a>
        </header>
        <main>{body}</main>
        <Keys />
      </div>
    ),
  });
}

function ProgressBar({ progress: { items, decided } }: { readonly progress: Progress }): Child {
  return (
    <div class="progress">
      <progress max={Math.max(items, 1)} value={items === 0 ? 1 : decided} aria-label="Decided" />
      <span>
        {count(decided)} of {count(items)} decided
      </span>
    </div>
  );
}

const keys = [
  ["1 … 9", "choose that claim"],
  ["0", "NULL"],
  ["v", "type a value"],
  ["w", "withhold the row"],
  ["k", "the row was there: write it"],
  ["Enter", "decide"],
  ["n, p", "next, previous"],
  ["g", "the group"],
  ["r", "decide the group by a rule"],
  ["q", "the queue"],
  ["/", "search"],
  ["?", "these keys"],
] as const;

function Keys(): Child {
  return (
    <footer>
      <details id="keys">
        <summary>Keys</summary>
        <dl>
          {keys.map(([key, does]) => (
            <div>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </details>
    </footer>
  );
}

/** A page by itself, for whoever has no part in the review yet: it tells nothing about the incident. */
export function renderPlain(title: string, says: readonly string[]): string {
  return renderDocument({
    ...parts,
    title,
    body: (
      <div class="review">
        <main class="plain">
          <h1>{title}</h1>
          {says.map((line) => (
            <p>
              <Text text={line} />
            </p>
          ))}
        </main>
      </div>
    ),
  });
}

/** What was wrong with what somebody sent, above the form that keeps it. */
export function Problem({ what, remedy }: { readonly what: string; readonly remedy: string }): Child {
  return (
    <div class="problem" role="alert">
      <strong>
        <Text text={`${what}.`} />
      </strong>{" "}
      <Text text={`${remedy}.`} />
    </div>
  );
}

export function Sources({ sources }: { readonly sources: readonly string[] }): Child {
  if (sources.length === 0) return null;
  return (
    <span class="chips">
      {sources.map((source) => (
        <span class="chip">
          <Text text={source} />
        </span>
      ))}
    </span>
  );
}
