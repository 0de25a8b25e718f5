/** Values as people can read them: nothing in them runs, hides or turns the text around them. */
import type { Child } from "hono/jsx";
import { cutText, escapePieces } from "./text.ts";
import { count } from "./wording.ts";

interface ValueParts {
  readonly value: string | null;
  /** The longest that is shown, in UTF-16 units. */
  readonly most?: number;
  /** Where the whole of a long one is. */
  readonly whole?: string;
}

const mostOfValue = 2000;
const mostOfReason = 300;

/** A text with what cannot be seen in it made visible. */
export function Text({ text }: { readonly text: string }): Child {
  return escapePieces(text).map(({ text: piece, isEscape }) =>
    isEscape ? <span class="escape">{piece}</span> : <>{piece}</>,
  );
}

/** Words of the tool's that may hold values: short, and not set as one. */
export function Reason({ text }: { readonly text: string }): Child {
  const shown = cutText(text, mostOfReason);
  return (
    <bdi dir="auto">
      <Text text={shown} />
      {shown.length === text.length ? "" : "…"}
    </bdi>
  );
}

/** NULL, the empty text and the text `NULL` look different. Long ones are cut, and say so. */
export function Value({ value, most = mostOfValue, whole }: ValueParts): Child {
  if (value === null) return <span class="nothing">NULL</span>;
  if (value === "") return <span class="nothing">empty text</span>;
  const shown = cutText(value, most);
  return (
    <>
      <bdi dir="auto" class={/^null$/i.test(value) || value.trim() !== value ? "value quoted" : "value"}>
        <Text text={shown} />
      </bdi>
      {shown.length === value.length ? null : (
        <span class="cut">
          {" "}
          … of {count(value.length)} characters{whole === undefined ? null : <Whole href={whole} />}
        </span>
      )}
    </>
  );
}

function Whole({ href }: { readonly href: string }): Child {
  return (
    <>
      {" · "}
      <a href={href} download>
        the whole as a file
      </a>
    </>
  );
}
