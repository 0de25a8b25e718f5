/** A record as it stands in its file. */
import type { Child } from "hono/jsx";
import type { RawRecord } from "../../review/session.ts";
import { SourceChip, Text } from "../pieces.tsx";
import type { ReviewView } from "./view.ts";

const mostOfLine = 4000;

interface RawParts {
  readonly view: ReviewView;
  readonly record: RawRecord;
  /** The item's page. */
  readonly back: string;
}

/** The part with the id `raw` is what the script puts into the item's page. */
export function Raw({ view, record, back }: RawParts): Child {
  const { source, locator } = record;
  return (
    <>
      <nav class="crumbs" aria-label="Where you are">
        <a href={back} data-key="p">
          Back to the decision
        </a>
      </nav>
      <header class="about">
        <h1>The record in its file</h1>
        <p class="facts">
          <SourceChip view={view} source={source} />
          <Text of={locator} />
        </p>
      </header>
      <div id="raw" class="record" tabindex={0} role="group" aria-label="The record in its file">
        <Lines record={record} />
      </div>
    </>
  );
}

function Lines({ record: { lines, why } }: { readonly record: RawRecord }): Child {
  return (
    <>
      {why === undefined ? null : (
        <p class="aside">
          <Text of={why} />
        </p>
      )}
      {lines.length === 0 ? null : (
        <table class="lines">
          <tbody>
            {lines.map(({ number, text, isIt }) => (
              <tr class={isIt ? "it" : undefined}>
                <th scope="row">{number}</th>
                <td>
                  <code>
                    <Text of={text} most={mostOfLine} />
                  </code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
