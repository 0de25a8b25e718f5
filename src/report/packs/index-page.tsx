/** `index.html` of the packs: every parent with what it came to, to be searched. */
import type { Child } from "hono/jsx";
import { renderDocument } from "../../page/document.tsx";
import { Scroll, Text, Value } from "../../page/pieces.tsx";
import { count } from "../../text.ts";
import type { PackEntry, PackIndex } from "./model.ts";
import { Counts, MaskNote } from "./parts.tsx";
import { strayWords } from "./words.ts";

export function renderIndex(index: PackIndex): string {
  const { table, incident, entries, parents, totals, strays, unattributed } = index;
  const astray = strays.flatMap((each) => strayWords(each) ?? []);
  return renderDocument({
    title: `Sign-off packs: ${table}`,
    styles: ["packs"],
    scripts: ["packs"],
    body: (
      <main class="pack">
        <header>
          <p class="kicker">{incident}</p>
          <h1>Sign-off packs: {table}</h1>
          <p class="aside">
            {count(parents)} rows, one page each
            {index.branches.length === 0 ? "" : `, with what belongs to them in ${index.branches.join(", ")}`}. The same
            list as a spreadsheet: <a href="index.csv">index.csv</a>.
          </p>
          <Counts counts={totals} decides={totals.decided > 0} />
          <MaskNote masked={index.masked} />
        </header>
        <Told
          title="In no pack"
          intro="These rows refer to nobody, or to a row of which nothing is left:"
          lines={astray}
        />
        <Told title="Missing, and nobody knows whose" intro="" lines={unattributed} />
        <section>
          <h2>Packs</h2>
          <p class="search">
            <label for="search">Search</label> <input id="search" type="search" autocomplete="off" />{" "}
            <label>
              <input id="open" type="checkbox" /> only where something is to be checked
            </label>{" "}
            <output id="found" for="search open"></output>
          </p>
          <Scroll label="Packs">
            <Entries index={index} />
          </Scroll>
          {entries.length < parents ? (
            <p class="aside">
              The first {count(entries.length)} are listed here; <a href="index.csv">index.csv</a> has all.
            </p>
          ) : null}
        </section>
      </main>
    ),
  });
}

interface ToldLines {
  readonly title: string;
  readonly intro: string;
  readonly lines: readonly string[];
}

function Told({ title, intro, lines }: ToldLines): Child {
  if (lines.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      {intro === "" ? null : <p>{intro}</p>}
      <ul>
        {lines.map((line) => (
          <li>
            <Text of={line} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Entries({ index }: { readonly index: PackIndex }): Child {
  return (
    <table class="entries">
      <thead>
        <tr>
          <th scope="col">key</th>
          {index.identifying.map((column) => (
            <th scope="col">{column}</th>
          ))}
          <th scope="col">this row</th>
          <th scope="col" class="number">
            rows recovered
          </th>
          <th scope="col" class="number">
            withheld
          </th>
          <th scope="col" class="number">
            deleted
          </th>
          <th scope="col" class="number">
            cells provisional
          </th>
          <th scope="col" class="number">
            emptied or default
          </th>
        </tr>
      </thead>
      <tbody id="entries">
        {index.entries.map((entry) => (
          <Entry entry={entry} />
        ))}
      </tbody>
    </table>
  );
}

function Entry({ entry: { key, identifying, state, counts, file } }: { readonly entry: PackEntry }): Child {
  const numbers = [counts.recovered, counts.withheld, counts.deleted, counts.provisional, counts.replaced];
  const isOpen = state === "withheld" || counts.withheld + counts.provisional + counts.replaced > 0;
  return (
    <tr class={isOpen ? "open" : "settled"}>
      <th scope="row">
        <a href={encodeURI(file)}>
          <Text of={key === "" ? "(no key)" : key} />
        </a>
      </th>
      {identifying.map((value) => (
        <td>
          <Value of={value} />
        </td>
      ))}
      <td class={`row-${state}`}>{state}</td>
      {numbers.map((number) => (
        <td class={number === 0 ? "number zero" : "number"}>{count(number)}</td>
      ))}
    </tr>
  );
}
