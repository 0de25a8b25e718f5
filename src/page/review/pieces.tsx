/** Small parts that the review's pages share. */
import type { Child } from "hono/jsx";
import type { QueueGroup } from "../../review/session.ts";
import { count, counted } from "../../text.ts";
import { momentOf, showSecond } from "../format.ts";
import { ClassBadge, ColumnName, Text } from "../pieces.tsx";
import { isDone } from "./wording.ts";

/** An ISO time to the second: claims may be that close. */
export function Time({ of }: { readonly of: string }): Child {
  const milliseconds = momentOf(of);
  return (
    <time datetime={of}>{milliseconds === undefined ? <Text of={of} most={60} /> : showSecond(milliseconds)}</time>
  );
}

const mostOfReason = 300;

/** Words of the tool's that may hold values. */
export function Reason({ of }: { readonly of: string }): Child {
  return <Text of={of} most={mostOfReason} />;
}

/** `dbo.People.Phone`, or `dbo.People, rows` */
export function Subject({ of: { table, column } }: { readonly of: Pick<QueueGroup, "table" | "column"> }): Child {
  if (column !== null) return <ColumnName table={table} column={column} />;
  return (
    <span class="name">
      <b>
        <Text of={table} most={60} />
      </b>
      , rows
    </span>
  );
}

/** How far a group has come. */
export function State({ of }: { readonly of: QueueGroup }): Child {
  const { items, decided, isDecidable } = of;
  if (!isDecidable) return <span class="badge fails">cannot be decided here</span>;
  if (isDone(of)) return <span class="badge holds">all decided</span>;
  return <span class="progressed">{decided === 0 ? "open" : `${count(decided)} of ${count(items)} decided`}</span>;
}

/** How many, in the column that all lists of groups begin with. */
export function HowMany({ of: { items, column } }: { readonly of: Pick<QueueGroup, "items" | "column"> }): Child {
  const [, words = ""] = counted(items, column === null ? "row" : "cell").split(" ");
  return (
    <span class="how-many">
      <b>{count(items)}</b> {words}
    </span>
  );
}

/** What a page is about: its subject, and what is the matter with it. */
export function Heading({ of }: { readonly of: Pick<QueueGroup, "table" | "column" | "class"> }): Child {
  return (
    <h1>
      <Subject of={of} /> <ClassBadge of={of.class} />
    </h1>
  );
}
