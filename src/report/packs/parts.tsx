/** Parts that the pages of packs share. */
import type { Child } from "hono/jsx";
import type { ShownValue } from "../model.ts";
import type { PackConflict, PackCounts } from "./model.ts";
import { grouped, visible } from "./words.ts";

/** A text of the data, which keeps its direction to itself. */
export function Text({ text }: { readonly text: string }): Child {
  return <bdi>{visible(text)}</bdi>;
}

/** NULL and the empty text are no text of the data. */
export function Value({ value: { text, length } }: { readonly value: ShownValue }): Child {
  if (text === null) return <span class="nothing">NULL</span>;
  if (text === "") return <span class="nothing">empty</span>;
  return (
    <>
      <Text text={text} />
      {length === undefined ? null : <span class="nothing"> … ({grouped(length)} characters)</span>}
    </>
  );
}

const asWords = {
  lost: "claimed too",
  superseded: "older",
  damaged: "damaged copy",
  refused: "refused by a constraint",
} as const;

/** The other values of a cell, and who says so. */
export function OtherClaims({ conflict }: { readonly conflict: PackConflict | undefined }): Child {
  if (conflict === undefined || conflict.others.length === 0) return null;
  return (
    <ul class="claims">
      {conflict.others.map(({ value, sources, as }) => (
        <li>
          <Value value={value} />{" "}
          <span class="nothing">
            {asWords[as]}
            {sources.length === 0 ? "" : `: ${sources.join(", ")}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function Counts({ counts, decides }: { readonly counts: PackCounts; readonly decides: boolean }): Child {
  const shown: readonly (readonly [number, string, string])[] = [
    [counts.recovered, "rows recovered", "good"],
    [counts.withheld, "rows withheld", "bad"],
    [counts.deleted, "rows deleted", "plain"],
    [counts.provisional, "cells provisional", "warn"],
    [counts.replaced, "cells emptied or default", "warn"],
    ...(decides ? ([[counts.decided, "cells decided", "plain"]] as const) : []),
  ];
  return (
    <dl class="counts">
      {shown.map(([number, words, tone]) => (
        <div class={number === 0 ? "zero" : tone}>
          <dt>{words}</dt>
          <dd>{grouped(number)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What is wider than the page scrolls in itself, for keyboards, too. */
export function Scroll({ label, children }: { readonly label: string; readonly children?: Child }): Child {
  return (
    <div class="scroll" role="region" aria-label={label} tabindex={0}>
      {children}
    </div>
  );
}

export function MaskNote({ masked }: { readonly masked: readonly string[] }): Child {
  return masked.length === 0 ? null : <p class="note">Masked in this pack: {masked.join(", ")}.</p>;
}
