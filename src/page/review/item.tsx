/** A contested cell or a withheld row: who says what, what stands around it, and the decision. */
import type { Child } from "hono/jsx";
import type { ItemDetail, Neighbour, NumberedClaim, Witness } from "../../review/session.ts";
import { ClassBadge, Scroll, SourceChip, Text, Value } from "../pieces.tsx";
import { Problem } from "./frame.tsx";
import type { ValueOf } from "./links.ts";
import { Reason, Subject, Time } from "./pieces.tsx";
import { Signature } from "./signature.tsx";
import type { Remembered } from "./signature.tsx";
import { GivenLine, Undo } from "./undo.tsx";
import type { ReviewView } from "./view.ts";
import { itemsOf } from "./wording.ts";

/** What a form had when it was refused: nobody types it twice. */
export interface Kept {
  /** `claim:2`, `value`, `null`, `withhold`, `keep` */
  readonly choice: string;
  readonly value: string;
}

interface ItemParts {
  readonly view: ReviewView;
  readonly detail: ItemDetail;
  readonly remembered: Remembered;
  readonly kept: Kept | undefined;
  readonly news: Child;
  readonly problem: { readonly what: string; readonly remedy: string } | undefined;
}

const mostOfNeighbour = 200;
const mostOfClaim = 2000;
const wideClaim = 120;

export function Item(parts: ItemParts): Child {
  const { view, detail, news, problem, remembered } = parts;
  const { item } = detail;
  return (
    <>
      <Steps links={view.links} detail={detail} />
      {news}
      {problem === undefined ? null : <Problem {...problem} />}
      <About detail={detail} />
      {item.given === undefined ? null : (
        <div class="told decided">
          Decided: <GivenLine given={item.given} />
          <Undo given={item.given} action={view.links.undo} name="item" id={String(item.id)} remembered={remembered} />
        </div>
      )}
      <Deciding {...parts} />
    </>
  );
}

function About({ detail: { item, group, verdict } }: Pick<ItemParts, "detail">): Child {
  const isRow = item.column === null;
  return (
    <header class="about">
      <h1>
        {isRow ? (
          <span class="name">
            <b>
              <Text of={item.table} most={60} />
            </b>
          </span>
        ) : (
          <Subject of={item} />
        )}{" "}
        <span class="key">
          <Text of={item.key} most={mostOfNeighbour} />
        </span>{" "}
        <ClassBadge of={group.class} />
      </h1>
      <p class="lead">
        <Text of={group.said} />
        {item.reason === null || item.reason === group.said ? null : (
          <>
            {" · "}
            <Reason of={item.reason} />
          </>
        )}
      </p>
      {verdict === `withheld: ${group.said}` ? null : (
        <p class="facts">
          {item.value === undefined ? null : (
            <span>
              Stands for now: <Value of={{ text: item.value }} most={mostOfNeighbour} />
            </span>
          )}
          <span>
            The row is <Text of={verdict} />
          </span>
        </p>
      )}
    </header>
  );
}

function Steps({
  links,
  detail: { group, previous, next },
}: Pick<ItemParts, "detail"> & Pick<ReviewView, "links">): Child {
  return (
    <nav class="crumbs" aria-label="Where you are">
      <a href={links.root}>Queue</a>
      <a href={links.group(group.id)} data-key="g">
        {itemsOf(group)} of the group <kbd aria-hidden="true">g</kbd>
      </a>
      <span class="steps">
        {previous === undefined ? null : (
          <a rel="prev" data-key="p" href={links.item(previous)}>
            Previous <kbd aria-hidden="true">p</kbd>
          </a>
        )}
        {next === undefined ? null : (
          <a rel="next" data-key="n" href={links.item(next)}>
            Next <kbd aria-hidden="true">n</kbd>
          </a>
        )}
      </span>
    </nav>
  );
}

/** What stands around the decision comes behind it, and on wide screens before it: there it is held at the bottom. */
function Deciding(parts: ItemParts): Child {
  const { view, detail, remembered, kept } = parts;
  const { item, claims, choices, seen } = detail;
  const isChoice = choices.includes("claim");
  const shown = claims.map((claim) => (
    <Claim claim={claim} view={view} detail={detail} kept={kept} isChoice={isChoice} />
  ));
  if (choices.length === 0)
    return (
      <>
        <p class="told">It has no key of the target’s, so that no decision can name it.</p>
        <div class="claims">{shown}</div>
        <Unused {...parts} />
        <Row {...parts} />
      </>
    );
  return (
    <form method="post" action={view.links.item(item.id)} class="deciding">
      <input type="hidden" name="seen" value={seen} />
      <fieldset>
        <legend>{isChoice ? "What is right?" : "What becomes of the row?"}</legend>
        {shown.length === 0 ? null : <div class="claims">{shown}</div>}
        <div class="others">
          {choices.includes("value") ? <OwnValue kept={kept} of={isChoice ? null : item.column} /> : null}
          {plainChoices
            .filter(({ choice }) => choices.includes(choice))
            .map((choice) => (
              <Plain {...choice} kept={kept} />
            ))}
        </div>
      </fieldset>
      <div class="sign">
        <Signature remembered={remembered} of="decide">
          <button type="submit" class="primary">
            Decide
          </button>
        </Signature>
      </div>
      <Unused {...parts} />
      <Row {...parts} />
    </form>
  );
}

const plainChoices = [
  { choice: "null", hint: "0", says: "NULL", means: "there is no value" },
  { choice: "keep", hint: "k", says: "The row was there", means: "write it" },
  { choice: "withhold", hint: "w", says: "Withhold the row", means: "it is not written" },
] as const;

interface ChoiceParts {
  readonly choice: string;
  /** The key that chooses it. */
  readonly hint: string;
  readonly kept: Kept | undefined;
}

function Radio({ choice, hint, kept }: ChoiceParts): Child {
  return (
    <>
      <input
        type="radio"
        name="choice"
        value={choice}
        required
        checked={kept?.choice === choice}
        data-key={hint === "" ? undefined : hint}
      />{" "}
      {hint === "" ? null : <kbd aria-hidden="true">{hint}</kbd>}
    </>
  );
}

function Plain({ says, means, ...choice }: ChoiceParts & { readonly says: string; readonly means: string }): Child {
  return (
    <label class="option">
      <Radio {...choice} />{" "}
      <span>
        <strong>{says}</strong> <small>{means}</small>
      </span>
    </label>
  );
}

/** A form takes the first line feed of a text area for its own. */
function OwnValue({ kept, of }: { readonly kept: Kept | undefined; readonly of: string | null }): Child {
  return (
    <div class="option own">
      <label>
        <Radio choice="value" hint="v" kept={kept} />{" "}
        <span>
          <strong>
            {of === null ? (
              "Another value"
            ) : (
              <>
                A value for <Text of={of} most={60} />
              </>
            )}
          </strong>{" "}
          <small>as it stands in the database; left empty it is the empty text</small>
        </span>
      </label>
      <textarea name="value" rows={1} dir="auto" aria-label="The other value" spellcheck={false}>
        {`\n${kept?.value ?? ""}`}
      </textarea>
    </div>
  );
}

interface ClaimParts {
  readonly claim: NumberedClaim;
  readonly view: ReviewView;
  readonly detail: ItemDetail;
  readonly kept: Kept | undefined;
  readonly isChoice: boolean;
}

function Claim({ claim: { number, value, witnesses }, view, detail: { item }, kept, isChoice }: ClaimParts): Child {
  const { links } = view;
  const shown = (
    <span class="claimed">
      <Value of={{ text: value }} most={mostOfClaim} whole={links.value(item.id, { claim: number })} />
    </span>
  );
  const isWide = (value ?? "").length > wideClaim;
  const stands = item.value === value;
  return (
    <div class={`claim${isWide ? " wide" : ""}${stands ? " stands" : ""}`}>
      {isChoice ? (
        <label>
          <Radio choice={`claim:${number}`} hint={number > 9 ? "" : String(number)} kept={kept} /> {shown}
        </label>
      ) : (
        shown
      )}
      <ul class="witnesses">
        {witnesses.map((witness) => (
          <li class="witness">
            <WitnessLine witness={witness} view={view} raw={links.raw(item.id, witness.source, witness.locator)} />
          </li>
        ))}
      </ul>
    </div>
  );
}

interface WitnessParts {
  readonly witness: Witness;
  readonly view: ReviewView;
  readonly raw: string;
}

function WitnessLine({ witness: { source, time, locator, outcome }, view, raw }: WitnessParts): Child {
  return (
    <>
      <span class="when">
        <SourceChip view={view} source={source} />{" "}
        {time === null ? <span class="time">time unknown</span> : <Time of={time} />}{" "}
        <span class="outcome">
          <Text of={outcome} />
        </span>
      </span>{" "}
      <span class="locator">
        <Text of={locator} most={mostOfNeighbour} />
      </span>{" "}
      <a class="to-raw" href={raw}>
        raw record
      </a>
    </>
  );
}

function Unused({ view, detail: { item, unused } }: ItemParts): Child {
  if (unused.length === 0) return null;
  const { links } = view;
  return (
    <section aria-labelledby="unused">
      <h2 id="unused">Also said, but no claims</h2>
      <ul class="unused">
        {unused.map((witness, index) => (
          <li>
            {witness.isSilent === true ? (
              <span class="nothing">a value that is not said</span>
            ) : (
              <Value
                of={{ text: witness.value }}
                most={mostOfNeighbour}
                whole={links.value(item.id, { unused: index } satisfies ValueOf)}
              />
            )}
            <div class="witness">
              <WitnessLine witness={witness} view={view} raw={links.raw(item.id, witness.source, witness.locator)} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row({ view, detail: { item, row } }: ItemParts): Child {
  if (row.length === 0) return null;
  return (
    <section aria-labelledby="row">
      <h2 id="row">The whole row</h2>
      <Scroll label="The whole row">
        <table class="row">
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">Value</th>
              <th scope="col">How sure</th>
              <th scope="col">Where they differ</th>
            </tr>
          </thead>
          <tbody>
            {row.map((neighbour) => (
              <NeighbourLine
                neighbour={neighbour}
                view={view}
                isIt={neighbour.column === item.column}
                whole={(source) => view.links.value(item.id, { column: neighbour.column, ...source })}
              />
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

interface NeighbourParts {
  readonly neighbour: Neighbour;
  readonly view: ReviewView;
  /** Is it the cell that is looked at? */
  readonly isIt: boolean;
  readonly whole: (source?: { readonly source: string }) => string;
}

function NeighbourLine({ neighbour, view, isIt, whole }: NeighbourParts): Child {
  const { column, value, class: kind, claims } = neighbour;
  return (
    <tr class={isIt ? "it" : undefined} aria-current={isIt ? "true" : undefined}>
      <th scope="row">
        <Text of={column} />
      </th>
      <td>
        <Value of={{ text: value }} most={mostOfNeighbour} whole={whole()} />
      </td>
      <td>
        <ClassBadge of={kind} />
      </td>
      <td>
        {claims.map((claim) => (
          <div class="says">
            <SourceChip view={view} source={claim.source} />{" "}
            <Value of={{ text: claim.value }} most={mostOfNeighbour} whole={whole({ source: claim.source })} />
          </div>
        ))}
      </td>
    </tr>
  );
}
