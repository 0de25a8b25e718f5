/** What each source gave, what only it has, and how far it can be believed. */
import type { Child } from "hono/jsx";
import type { ReportedSource } from "../../report/model.ts";
import { count } from "../../text.ts";
import { accuracyBars } from "../charts/accuracy.ts";
import { draw } from "../charts/draw.ts";
import { showShare } from "../format.ts";
import { SourceChip, Text } from "../pieces.tsx";
import { Figure, Fold, Grid, Nothing, Section } from "./pieces.tsx";
import type { ReportView } from "./view.ts";
import { chartName, sourceColour } from "./view.ts";

const number = { isNumber: true } as const;

function Ledger({ view }: { view: ReportView }): Child {
  const columns = [
    { head: "Source" },
    { head: "Kind" },
    { head: "Records read", ...number },
    { head: "Staged", ...number },
    { head: "Kept as evidence", ...number },
    { head: "Skipped by a rule", ...number },
    { head: "Quarantined", ...number },
    { head: "Values", ...number },
    { head: "Rows only here", ...number },
    { head: "Cells only here", ...number },
  ];
  const rows = view.model.sources.map((source) => [
    <SourceChip view={view} source={source.id} />,
    <Text of={source.extractor} most={40} />,
    ...numbersOf(source).map((each) => (each === 0 ? <span class="zero">0</span> : count(each))),
  ]);
  return <Grid caption="What became of every record" columns={columns} rows={rows} />;
}

function numbersOf(source: ReportedSource): number[] {
  const { read, staged, evidence, skipped, quarantined, observations, alone } = source;
  return [read, staged, evidence, skipped, quarantined, observations, alone.rows, alone.cells];
}

function Standing({ view }: { view: ReportView }): Child {
  const columns = [
    { head: "Source" },
    { head: "Trust (0 to 100)", ...number },
    { head: "Covers" },
    { head: "Copy of" },
  ];
  const rows = view.model.sources.map(({ id, trust, coverage, copyOf }) => [
    <Text of={id} most={60} />,
    count(trust),
    coverage === "complete" ? "everything: what it lacks was deleted" : "a part",
    copyOf === undefined ? "" : <Text of={copyOf} most={60} />,
  ]);
  return (
    <Fold title="Trust and coverage, as the recipe says">
      <Grid caption="Trust and coverage" columns={columns} rows={rows} />
    </Fold>
  );
}

function Losses({ sources }: { sources: readonly ReportedSource[] }): Child {
  const losses = sources.flatMap(({ id, losses: all }) => all.map((loss) => ({ id, loss })));
  if (losses.length === 0) return null;
  return (
    <div class="callout">
      <h3>Records are missing</h3>
      <ul>
        {losses.slice(0, mostLosses).map(({ id, loss }) => (
          <li>
            <b>
              <Text of={id} most={60} />
            </b>
            : <Text of={loss} />
          </li>
        ))}
      </ul>
      {losses.length > mostLosses && <p>and {count(losses.length - mostLosses)} more</p>}
    </div>
  );
}

const mostLosses = 100;

function estimate(accuracy: number | undefined): string {
  return accuracy === undefined ? "" : `; estimated ${showShare(accuracy, 1)}`;
}

function noteOf({ agreement: { checkable, right }, accuracy }: ReportedSource): string {
  if (checkable === 0) return `nothing to check against${estimate(accuracy)}`;
  return `${showShare(right, checkable)} of ${count(checkable)}${estimate(accuracy)}`;
}

async function Accuracies(view: ReportView): Promise<Child> {
  const rows = view.model.sources.map((source) => ({
    name: chartName(source.id),
    colour: sourceColour(view, source.id),
    right: source.agreement.checkable === 0 ? null : source.agreement.right / source.agreement.checkable,
    estimate: source.accuracy ?? null,
    note: noteOf(source),
  }));
  const said = rows.map(({ name, note }) => `${name} ${note}`).join(", ");
  const columns = [
    { head: "Source" },
    { head: "Claims others make too", ...number },
    { head: "Agree with what stands", ...number },
    { head: "Share", ...number },
    { head: "Estimated accuracy", ...number },
  ];
  const numbers = view.model.sources.map(({ id, agreement: { checkable, right }, accuracy }) => [
    <Text of={id} most={60} />,
    count(checkable),
    count(right),
    checkable === 0 ? "" : showShare(right, checkable),
    accuracy === undefined ? "not asked for" : showShare(accuracy, 1),
  ]);
  const isEstimated = rows.some((row) => row.estimate !== null);
  return (
    <>
      <h3>How often each source is right</h3>
      <p class="aside">
        Of the values that other sources claim too, those that agree with what stands.
        {isEstimated && " Upright mark: the accuracy that a rule estimated."}
      </p>
      <Figure drawing={await draw(accuracyBars(rows, `How often each source agrees with what stands: ${said}.`))}>
        <Fold title="The numbers">
          <Grid caption="Agreement with what stands" columns={columns} rows={numbers} />
        </Fold>
      </Figure>
    </>
  );
}

export async function sourcesSection(view: ReportView): Promise<Child> {
  const { sources } = view.model;
  if (sources.length === 0)
    return (
      <Section id="sources" title="Sources">
        <Nothing>No sources.</Nothing>
      </Section>
    );
  return (
    <Section
      id="sources"
      title="Sources"
      lead="Every record that was read ends in one of four places; the sums are checked."
    >
      <Losses sources={sources} />
      <Ledger view={view} />
      <Standing view={view} />
      {await Accuracies(view)}
    </Section>
  );
}
