/** What every page of the review has around it. */
import type { Child } from "hono/jsx";
import type { Progress } from "../../review/session.ts";
import { count } from "../../text.ts";
import { documentPolicies, renderDocument } from "../document.tsx";
import type { Policies } from "../document.tsx";
import { label } from "../format.ts";
import { Sentence, Text } from "../pieces.tsx";
import type { Links } from "./links.ts";

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
    title: label(`${title} · ${incident}`, 160),
    body: (
      <div class="review">
        <a class="skip" href="#main">
          Skip to the page
        </a>
        <header class="top">
          <p class="home">
            <span class="kicker">Review</span>{" "}
            <a href={links.root} data-key="q">
              <Text of={incident} most={80} />
            </a>
          </p>
          <ProgressBar progress={progress} />
          <a class="to-history" href={links.history}>
            Decisions
          </a>
        </header>
        <main id="main">{body}</main>
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
      <details id="keys" class="fold">
        <summary>
          Keys <kbd>?</kbd>
        </summary>
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

/** As long as anything that somebody typed and wants back. */
const mostOfPlain = 10_100;

/** A page by itself, for whoever has no part in the review yet: it tells nothing about the incident. */
export function renderPlain(title: string, says: readonly string[]): string {
  return renderDocument({
    ...parts,
    title,
    body: (
      <div class="review">
        <main class="alone">
          <section>
            <h1>{title}</h1>
            {says.map((line) => (
              <p>
                <Sentence of={line} most={mostOfPlain} />
              </p>
            ))}
          </section>
        </main>
      </div>
    ),
  });
}

/** What was wrong with what somebody sent, above the form that keeps it. */
export function Problem({ what, remedy }: { readonly what: string; readonly remedy: string }): Child {
  return (
    <div class="told problem" role="alert">
      <strong>
        <Text of={`${what}.`} />
      </strong>{" "}
      <Sentence of={`${remedy}.`} />
    </div>
  );
}
