/** A record as it stands in its file. */
import type { Child } from "hono/jsx";
import type { RawRecord } from "../../review/session.ts";
import { Text, Value } from "./value.tsx";

const mostOfLine = 4000;

interface RawParts {
  readonly record: RawRecord;
  /** The item's page. */
  readonly back: string;
}

/** The part with the id `raw` is what the script puts into the item's page. */
export function Raw({ record, back }: RawParts): Child {
  const { source, locator } = record;
  return (
    <>
      <p class="crumbs">
        <a href={back}>Back to the decision</a>
      </p>
      <h1>The record in its file</h1>
      <p class="facts">
        <span class="chip">
          <Text text={source} />
        </span>{" "}
        <Value value={locator} most={mostOfLine} />
      </p>
      <div id="raw" class="raw" tabindex={0} role="region" aria-label="The record in its file">
        <Lines record={record} />
      </div>
    </>
  );
}

function Lines({ record: { lines, why } }: { readonly record: RawRecord }): Child {
  return (
    <>
      {why === undefined ? null : (
        <p class="note">
          <Text text={why} />
        </p>
      )}
      {lines.length === 0 ? null : (
        <table class="lines">
          <tbody>
            {lines.map(({ number, text, isIt }) => (
              <tr class={isIt ? "it" : undefined}>
                <th scope="row">{number}</th>
                <td>{text === "" ? "" : <Value value={text} most={mostOfLine} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
