/** What has just happened, at the head of the page that follows. */
import type { Child } from "hono/jsx";
import type { QueueItem } from "../../review/session.ts";
import { counted } from "../../text.ts";
import { Text } from "../pieces.tsx";
import type { Links } from "./links.ts";
import type { Remembered } from "./signature.tsx";
import { GivenLine, Undo } from "./undo.tsx";

interface NewsParts {
  readonly links: Links;
  readonly remembered: Remembered;
}

/** The item before, as it was decided; nothing where it is open again. */
export function DecidedNews({ links, remembered, item }: NewsParts & { readonly item: QueueItem }): Child {
  const { id, key, column, given } = item;
  if (given === undefined) return null;
  return (
    <div class="told news" role="status">
      Decided:{" "}
      <a href={links.item(id)}>
        {column === null ? null : (
          <>
            <Text of={column} most={60} /> of{" "}
          </>
        )}
        <Text of={key} most={160} />
      </a>
      {": "}
      <GivenLine given={given} />
      <Undo given={given} action={links.undo} name="item" id={String(id)} remembered={remembered} />
    </div>
  );
}

export function GroupNews({ decided }: { readonly decided: number }): Child {
  return (
    <div class="told news" role="status">
      {counted(decided, "cell is", "cells are")} decided by the rule.
    </div>
  );
}

export function UndoneNews(): Child {
  return (
    <div class="told news" role="status">
      Taken back. decisions.yaml keeps both: what was decided, and that it holds no more.
    </div>
  );
}
