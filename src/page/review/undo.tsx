import type { Child } from "hono/jsx";
import type { Given } from "../../review/session.ts";
import { Reason, Time } from "./pieces.tsx";
import { Signature } from "./signature.tsx";
import type { Remembered } from "./signature.tsx";

interface UndoParts {
  /** The form's target. */
  readonly action: string;
  readonly name: "item" | "group";
  readonly id: string;
  /** The decision that is taken back. */
  readonly given: Given;
  readonly remembered: Remembered;
}

/** Takes a decision back: that is signed like the decision itself. */
export function Undo({ action, name, id, given, remembered }: UndoParts): Child {
  return (
    <details class="fold undo">
      <summary>Undo</summary>
      <form method="post" action={action}>
        <input type="hidden" name={name} value={id} />
        <input type="hidden" name="line" value={String(given.line)} />
        <Signature remembered={{ by: remembered.by, why: "", offered: [] }} of={`undo-${name}-${id}`}>
          <button type="submit">Take it back</button>
        </Signature>
      </form>
    </details>
  );
}

/** `Reims, by anna, 2026-01-01 …: waybill` */
export function GivenLine({ given }: { readonly given: Given }): Child {
  return (
    <span class="given">
      <strong>
        <Reason of={given.what} />
      </strong>
      , by <Reason of={given.by} />
      {given.at === undefined ? null : (
        <>
          , <Time of={given.at} />
        </>
      )}
      : <Reason of={given.why} /> <small>decisions.yaml, line {given.line}</small>
    </span>
  );
}
