/** Sources against the disaster. */
import type { Child } from "hono/jsx";
import type { ReportedSource } from "../../report/model.ts";
import { count } from "../../text.ts";
import { distances } from "../charts/distance.ts";
import { draw } from "../charts/draw.ts";
import { timeline } from "../charts/timeline.ts";
import { showDay, showMoment, showSpan } from "../format.ts";
import { Moment, SourceChip, Text } from "../pieces.tsx";
import { Figure, Fold, Grid, Nothing, Section } from "./pieces.tsx";
import type { ReportView } from "./view.ts";
import { chartName, sourceColour } from "./view.ts";

type TimedSource = ReportedSource & { readonly asOf: number };

const mostRows = 40;

function isTimed(source: ReportedSource): source is TimedSource {
  return source.asOf !== undefined;
}

function isProduction({ line }: ReportedSource): boolean {
  return line === undefined || line === "production";
}

function newestBefore(sources: readonly TimedSource[], recoverTo: number | undefined): number | undefined {
  const times = sources.filter(isProduction).map(({ asOf }) => asOf);
  return times.filter((time) => recoverTo === undefined || time <= recoverTo).toSorted((a, b) => b - a)[0];
}

function coverage(newest: number | undefined, recoverTo: number | undefined): string {
  if (newest === undefined) return "No source of production's own history says its time";
  if (recoverTo === undefined)
    return `The newest source ends ${showMoment(newest)}; the recipe names no last good moment`;
  const gap = newest < recoverTo ? `${showSpan(recoverTo - newest)} before the disaster` : "at the disaster";
  return `The newest source ends ${showMoment(newest)}, ${gap} of ${showMoment(recoverTo)}`;
}

function byTime(timed: readonly TimedSource[]): TimedSource[] {
  return timed.toSorted((left, right) => left.asOf - right.asOf);
}

async function Picture({ view, timed }: { view: ReportView; timed: readonly TimedSource[] }): Promise<Child> {
  const { recoverTo } = view.model;
  const newest = newestBefore(timed, recoverTo);
  const rows = byTime(timed).slice(-mostRows);
  const said = rows.map(({ id, asOf }) => `${chartName(id)} ${showDay(asOf)}`).join(", ");
  const chart = timeline({
    rows: rows.map((source) => ({
      name: chartName(source.id),
      colour: sourceColour(view, source.id),
      note: showMoment(source.asOf),
      asOf: source.asOf,
      rowTimes: source.rowTimes,
      branchedAt: source.branchedAt,
      isOtherLine: !isProduction(source),
    })),
    recoverTo,
    newest,
    label: `Sources by the moment they end, oldest first: ${said}. ${coverage(newest, recoverTo)}.`,
  });
  return (
    <Figure drawing={await draw(chart)}>
      <p class="aside">
        Dot: when the source last equalled production. Square and dotted line: another line; the diamond is where it
        left production. Pale bar: the times that its rows speak of (cut at the left edge where they go further back).
      </p>
    </Figure>
  );
}

async function Distances({ view, timed }: { view: ReportView; timed: readonly TimedSource[] }): Promise<Child> {
  const { recoverTo } = view.model;
  if (recoverTo === undefined) return null;
  const rows = byTime(timed.filter(({ asOf }) => asOf <= recoverTo)).slice(-mostRows);
  if (rows.length === 0) return null;
  const shown = rows.map(({ id, asOf }) => ({
    name: chartName(id),
    colour: sourceColour(view, id),
    before: recoverTo - asOf,
    note: asOf === recoverTo ? "no gap" : showSpan(recoverTo - asOf),
  }));
  const said = shown.map(({ name, note }) => `${name} ${note}`).join(", ");
  return (
    <>
      <h3>How long before the disaster each source ends</h3>
      <p class="aside">
        The red edge is the disaster. The scale widens towards it, so that minutes and months both have room.
      </p>
      <Figure drawing={await draw(distances(shown, `How long before the disaster each source ends: ${said}.`))} />
    </>
  );
}

function span(times: ReportedSource["rowTimes"]): string {
  return times === undefined ? "they say none" : `${showMoment(times.first)} to ${showMoment(times.last)}`;
}

function Numbers({ view }: { view: ReportView }): Child {
  const { sources, recoverTo } = view.model;
  const columns = [
    { head: "Source" },
    { head: "As of" },
    { head: "Before the disaster" },
    { head: "Line" },
    { head: "Times of its rows" },
  ];
  const rows = sources.map((source) => [
    <Text of={source.id} most={60} />,
    <AsOf source={source} />,
    source.asOf === undefined || recoverTo === undefined ? "" : distance(recoverTo - source.asOf),
    <LineName source={source} />,
    span(source.rowTimes),
  ]);
  return (
    <Fold title="The numbers">
      <Grid caption="Times of the sources" columns={columns} rows={rows} />
    </Fold>
  );
}

function AsOf({ source: { asOf, editions } }: { source: ReportedSource }): Child {
  if (editions === undefined || editions.count < 2) return <Moment of={asOf} />;
  return (
    <>
      {count(editions.count)} times, <Moment of={editions.first} /> to <Moment of={asOf} />
    </>
  );
}

function distance(before: number): string {
  return before >= 0 ? showSpan(before) : `${showSpan(-before)} after it: gives no values`;
}

function LineName({ source: { line, branchedAt } }: { source: ReportedSource }): Child {
  if (line === undefined) return "unknown";
  return (
    <>
      <Text of={line} most={60} />
      {branchedAt !== undefined && `, left production ${showMoment(branchedAt)}`}
    </>
  );
}

function Timeless({ view }: { view: ReportView }): Child {
  const timeless = view.model.sources.filter((source) => !isTimed(source));
  if (timeless.length === 0) return null;
  return (
    <div class="timeless">
      <h3>Of unknown time</h3>
      <ul class="plain">
        {timeless.map(({ id, rowTimes }) => (
          <li>
            <SourceChip view={view} source={id} />{" "}
            {rowTimes === undefined ? "its rows say no times either" : `its rows speak of ${span(rowTimes)}`}
          </li>
        ))}
      </ul>
    </div>
  );
}

export async function timelineSection(view: ReportView): Promise<Child> {
  const { sources, recoverTo } = view.model;
  const timed = sources.filter(isTimed);
  return (
    <Section id="timeline" title="Timeline" lead={`${coverage(newestBefore(timed, recoverTo), recoverTo)}.`}>
      {timed.length === 0 ? <Nothing>No source says its time.</Nothing> : await Picture({ view, timed })}
      {timed.length > mostRows && <p class="aside">The {count(mostRows)} newest; the numbers have all.</p>}
      {await Distances({ view, timed })}
      <Timeless view={view} />
      {sources.length > 0 && <Numbers view={view} />}
    </Section>
  );
}
