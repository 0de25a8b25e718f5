import type { Child } from "hono/jsx";
import type { Given } from "../../review/session.ts";
import { SignatureFields } from "./signature.tsx";
import type { Remembered } from "./signature.tsx";
import { Reason } from "./value.tsx";
import { shownTime } from "./wording.ts";

interface UndoParts {
  /** The form's target. */
  readonly action: string;
  readonly name: "item" | "group";
  readonly id: string;
  readonly remembered: Remembered;
}

/** Takes a decision back: that is signed like the decision itself. */
export function Undo({ action, name, id, remembered }: UndoParts): Child {
  return (
    <details class="undo">
      <summary>Undo</summary>
      <form method="post" action={action}>
        <input type="hidden" name={name} value={id} />
        <SignatureFields remembered={{ by: remembered.by, why: "", offered: [] }} of={`undo-${name}`} />
        <button type="submit">Take it back</button>
      </form>
    </details>
  );
}

/** `Reims, by anna on 2026-01-01 …: waybill` */
export function GivenLine({ given }: { readonly given: Given }): Child {
  return (
    <span class="given">
      <strong>
        <Reason text={given.what} />
      </strong>
      , by <Reason text={given.by} />
      {given.at === undefined ? null : (
        <>
          , <time datetime={given.at}>{shownTime(given.at)}</time>
        </>
      )}
      : <Reason text={given.why} /> <span class="line">decisions.yaml, line {given.line}</span>
    </span>
  );
}
