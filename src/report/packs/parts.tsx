/** Parts that the pages of packs share. */
import type { Child } from "hono/jsx";
import { Value } from "../../page/pieces.tsx";
import { count } from "../../text.ts";
import type { PackConflict, PackCounts } from "./model.ts";

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
          <Value of={value} />{" "}
          <span class="outcome">
            {asWords[as]}
            {sources.length === 0 ? "" : `: ${sources.join(", ")}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function Counts({ counts, decides }: { readonly counts: PackCounts; readonly decides: boolean }): Child {
  const shown: readonly (readonly [number, string, string, string])[] = [
    [counts.recovered, "row", "recovered", "good"],
    [counts.withheld, "row", "withheld", "bad"],
    [counts.deleted, "row", "deleted", "plain"],
    [counts.provisional, "cell", "provisional", "warn"],
    [counts.replaced, "cell", "emptied or default", "warn"],
    ...(decides ? ([[counts.decided, "cell", "decided", "plain"]] as const) : []),
  ];
  return (
    <dl class="counts">
      {shown.map(([number, noun, words, tone]) => (
        <div class={number === 0 ? "zero" : tone}>
          <dt>
            {number === 1 ? noun : `${noun}s`} {words}
          </dt>
          <dd>{count(number)}</dd>
        </div>
      ))}
    </dl>
  );
}

export function MaskNote({ masked }: { readonly masked: readonly string[] }): Child {
  return masked.length === 0 ? null : <p class="aside">Masked in this pack: {masked.join(", ")}.</p>;
}
