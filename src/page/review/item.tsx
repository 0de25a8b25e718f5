/** A contested cell or a withheld row: who says what, what stands around it, and the decision. */
import type { Child } from "hono/jsx";
import type { ItemDetail, Neighbour, NumberedClaim, Witness } from "../../review/session.ts";
import { Problem } from "./frame.tsx";
import type { Links, ValueOf } from "./links.ts";
import { SignatureFields } from "./signature.tsx";
import type { Remembered } from "./signature.tsx";
import { GivenLine, Undo } from "./undo.tsx";
import { Reason, Text, Value } from "./value.tsx";
import { itemsOf, shownTime, subjectOf } from "./wording.ts";

/** What a form had when it was refused: nobody types it twice. */
export interface Kept {
  /** `claim:2`, `value`, `null`, `withhold`, `keep` */
  readonly choice: string;
  readonly value: string;
}

interface ItemParts {
  readonly links: Links;
  readonly detail: ItemDetail;
  readonly remembered: Remembered;
  readonly kept: Kept | undefined;
  readonly news: Child;
  readonly problem: { readonly what: string; readonly remedy: string } | undefined;
}

const mostOfNeighbour = 200;
const wideClaim = 120;

export function Item(parts: ItemParts): Child {
  const { links, detail, news, problem, remembered } = parts;
  const { item, group, verdict } = detail;
  return (
    <>
      <Steps links={links} detail={detail} />
      {news}
      {problem === undefined ? null : <Problem {...problem} />}
      <h1>
        <Text text={item.column === null ? item.table : subjectOf(item)} />{" "}
        <span class="key">
          <Value value={item.key} most={mostOfNeighbour} />
        </span>{" "}
        <span class={`class ${group.class}`}>{group.class}</span>
      </h1>
      <p class="lead">
        <Text text={group.said} />
        {item.reason === null || item.reason === group.said ? null : (
          <>
            {" · "}
            <Reason text={item.reason} />
          </>
        )}
      </p>
      <p class="facts">
        {item.value === undefined ? null : (
          <>
            Stands for now: <Value value={item.value} most={mostOfNeighbour} />
            {" · "}
          </>
        )}
        the row is <Text text={verdict} />
      </p>
      {item.given === undefined ? null : (
        <div class="decided">
          Decided: <GivenLine given={item.given} />
          <Undo action={links.undo} name="item" id={String(item.id)} remembered={remembered} />
        </div>
      )}
      <Deciding {...parts} />
      <Unused {...parts} />
      <Row {...parts} />
    </>
  );
}

function Steps({ links, detail: { group, previous, next } }: Pick<ItemParts, "links" | "detail">): Child {
  return (
    <nav class="crumbs" aria-label="Where you are">
      <a href={links.root}>Queue</a>
      <a href={links.group(group.id)} data-key="g">
        {itemsOf(group)} of the group
      </a>
      <span class="steps">
        {previous === undefined ? null : (
          <a rel="prev" data-key="p" href={links.item(previous)}>
            Previous
          </a>
        )}
        {next === undefined ? null : (
          <a rel="next" data-key="n" href={links.item(next)}>
            Next
          </a>
        )}
      </span>
    </nav>
  );
}

function Deciding({ links, detail, remembered, kept }: ItemParts): Child {
  const { item, claims, choices, seen } = detail;
  const shown = claims.map((claim) => (
    <Claim claim={claim} links={links} item={item.id} kept={kept} isChoice={choices.includes("claim")} />
  ));
  if (choices.length === 0)
    return (
      <>
        <p class="note">It has no key of the target’s, so that no decision can name it.</p>
        <div class="claims">{shown}</div>
      </>
    );
  return (
    <form method="post" action={links.item(item.id)} class="deciding">
      <input type="hidden" name="seen" value={seen} />
      <fieldset>
        <legend>{choices.includes("claim") ? "What is right?" : "What becomes of the row?"}</legend>
        {shown.length === 0 ? null : <div class="claims">{shown}</div>}
        <div class="others">
          {choices.includes("value") ? <OwnValue kept={kept} /> : null}
          {plainChoices
            .filter(({ choice }) => choices.includes(choice))
            .map((choice) => (
              <Plain {...choice} kept={kept} />
            ))}
        </div>
      </fieldset>
      <div class="sign">
        <SignatureFields remembered={remembered} of="decide" />
        <button type="submit" class="primary">
          Decide
        </button>
      </div>
    </form>
  );
}

const plainChoices = [
  { choice: "null", hint: "0", says: "NULL: there is no value" },
  { choice: "keep", hint: "k", says: "The row was there: write it" },
  { choice: "withhold", hint: "w", says: "Withhold the row: it is not written" },
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

function Plain({ says, ...choice }: ChoiceParts & { readonly says: string }): Child {
  return (
    <label class="choice">
      <Radio {...choice} /> <span>{says}</span>
    </label>
  );
}

/** A form takes the first line feed of a text area for its own. */
function OwnValue({ kept }: { readonly kept: Kept | undefined }): Child {
  return (
    <div class="choice own">
      <label>
        <Radio choice="value" hint="v" kept={kept} /> <span>Another value</span>
      </label>
      <textarea name="value" rows={1} dir="auto" aria-label="The other value" spellcheck={false}>
        {`\n${kept?.value ?? ""}`}
      </textarea>
      <span class="hint">as it stands in the database; left empty it is the empty text</span>
    </div>
  );
}

interface ClaimParts {
  readonly claim: NumberedClaim;
  readonly links: Links;
  readonly item: number;
  readonly kept: Kept | undefined;
  readonly isChoice: boolean;
}

function Claim({ claim: { number, value, witnesses }, links, item, kept, isChoice }: ClaimParts): Child {
  const shown = (
    <span class="claimed">
      <Value value={value} whole={links.value(item, { claim: number })} />
    </span>
  );
  const isWide = (value ?? "").length > wideClaim;
  return (
    <div class={isWide ? "claim wide" : "claim"}>
      {isChoice ? (
        <label>
          <Radio choice={`claim:${number}`} hint={number > 9 ? "" : String(number)} kept={kept} /> {shown}
        </label>
      ) : (
        shown
      )}
      <ul class="witnesses">
        {witnesses.map((witness) => (
          <li>
            <WitnessLine witness={witness} raw={links.raw(item, witness.source, witness.locator)} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function WitnessLine({ witness, raw }: { readonly witness: Witness; readonly raw: string }): Child {
  const { source, time, locator, outcome } = witness;
  return (
    <>
      <span class="chip">
        <Text text={source} />
      </span>{" "}
      {time === null ? <span class="time">time unknown</span> : <time datetime={time}>{shownTime(time)}</time>}
      {" · "}
      <span class="outcome">
        <Text text={outcome} />
      </span>
      <br />
      <span class="locator">
        <Value value={locator} most={mostOfNeighbour} />
      </span>{" "}
      <a class="to-raw" href={raw}>
        raw record
      </a>
    </>
  );
}

function Unused({ links, detail: { item, unused } }: ItemParts): Child {
  if (unused.length === 0) return null;
  return (
    <section aria-labelledby="unused">
      <h2 id="unused">Also said, but no claims</h2>
      <ul class="unused">
        {unused.map((witness, index) => (
          <li>
            <Value
              value={witness.value}
              most={mostOfNeighbour}
              whole={links.value(item.id, { unused: index } satisfies ValueOf)}
            />
            <div>
              <WitnessLine witness={witness} raw={links.raw(item.id, witness.source, witness.locator)} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row({ links, detail: { item, row } }: ItemParts): Child {
  if (row.length === 0) return null;
  return (
    <section aria-labelledby="row">
      <h2 id="row">The whole row</h2>
      <div class="scroll" tabindex={0} role="region" aria-labelledby="row">
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
                isIt={neighbour.column === item.column}
                whole={(source) => links.value(item.id, { column: neighbour.column, ...source })}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface NeighbourParts {
  readonly neighbour: Neighbour;
  /** Is it the cell that is looked at? */
  readonly isIt: boolean;
  readonly whole: (source?: { readonly source: string }) => string;
}

function NeighbourLine({ neighbour: { column, value, class: kind, claims }, isIt, whole }: NeighbourParts): Child {
  return (
    <tr class={isIt ? "it" : undefined} aria-current={isIt ? "true" : undefined}>
      <th scope="row">
        <Text text={column} />
      </th>
      <td>
        <Value value={value} most={mostOfNeighbour} whole={whole()} />
      </td>
      <td>
        <span class={`class ${kind}`}>
          <Text text={kind} />
        </span>
      </td>
      <td>
        {claims.map((claim) => (
          <div class="says">
            <span class="chip">
              <Text text={claim.source} />
            </span>{" "}
            <Value value={claim.value} most={mostOfNeighbour} whole={whole({ source: claim.source })} />
          </div>
        ))}
      </td>
    </tr>
  );
}
