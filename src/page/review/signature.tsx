import type { Child } from "hono/jsx";

/** What the person wrote last time. */
export interface Remembered {
  readonly by: string;
  readonly why: string;
  /** Reasons given before, to choose from. */
  readonly offered: readonly string[];
}

interface SignatureParts {
  readonly remembered: Remembered;
  /** Makes the ids of this form's fields its own. */
  readonly of: string;
  /** The button that sends the form. */
  readonly children: Child;
}

/** Who and why: no decision goes without. */
export function Signature({ remembered: { by, why, offered }, of, children }: SignatureParts): Child {
  return (
    <div class="signature">
      <p class="who">
        <label for={`${of}-by`}>Who decides</label>
        <input id={`${of}-by`} name="by" required maxlength={200} value={by} autocomplete="name" dir="auto" />
      </p>
      <p class="why">
        <label for={`${of}-why`}>Why</label>
        <input
          id={`${of}-why`}
          name="why"
          required
          maxlength={2000}
          value={why}
          autocomplete="off"
          dir="auto"
          list={offered.length === 0 ? undefined : `${of}-offered`}
        />
      </p>
      {children}
      {offered.length === 0 ? null : (
        <datalist id={`${of}-offered`}>
          {offered.map((reason) => (
            <option value={reason} />
          ))}
        </datalist>
      )}
    </div>
  );
}
