/** How often two sources say the same of the cells that both claim. */
import type { Child } from "hono/jsx";
import type { Agreement } from "../../report/model.ts";
import { count } from "../../text.ts";
import { agreementMatrix } from "../charts/agreement.ts";
import { draw } from "../charts/draw.ts";
import { showShare } from "../format.ts";
import { Text } from "../pieces.tsx";
import { Figure, Fold, Grid, Legend, Nothing, Section } from "./pieces.tsx";
import type { ReportView } from "./view.ts";
import { chartName } from "./view.ts";

/** Fewer cells say nothing about two sources. */
const enough = 30;
const mostNames = 14;
/** From which share on a square has the next heat. */
const steps = [0.8, 0.95, 0.99, 0.999];

const heats = [
  ["heat-5", "99.9% and more"],
  ["heat-4", "from 99%"],
  ["heat-3", "from 95%"],
  ["heat-2", "from 80%"],
  ["heat-1", "less"],
  ["heat-0", `fewer than ${enough} cells in common`],
] as const;

function heatOf({ shared, agreed }: Agreement): number {
  return shared < enough ? 0 : 1 + steps.filter((step) => agreed / shared >= step).length;
}

function textOf({ shared, agreed }: Agreement): string {
  return shared < enough ? `${agreed} of ${shared}` : showShare(agreed, shared);
}

/** Sources that share most cells with others, in the model's order. */
function namesOf({ model: { sources, agreements } }: ReportView): string[] {
  const shared = new Map<string, number>();
  for (const each of agreements)
    for (const name of [each.left, each.right]) shared.set(name, (shared.get(name) ?? 0) + each.shared);
  const chosen = [...shared].toSorted((left, right) => right[1] - left[1]).slice(0, mostNames);
  const known = new Set(chosen.map(([name]) => name));
  return sources.flatMap(({ id }) => (known.has(id) ? [id] : []));
}

function inWords(agreements: readonly Agreement[]): string {
  const said = agreements.filter(({ shared }) => shared >= enough);
  const worst = said.toSorted((left, right) => left.agreed / left.shared - right.agreed / right.shared).slice(0, 3);
  if (worst.length === 0) return "no pair has enough cells in common to say";
  const pairs = worst.map((pair) => `${chartName(pair.left)} and ${chartName(pair.right)} ${textOf(pair)}`);
  return `the least: ${pairs.join(", ")}`;
}

async function Picture(view: ReportView): Promise<Child> {
  const names = namesOf(view);
  const place = new Map(names.map((name, index) => [name, index]));
  const squares = view.model.agreements.flatMap((pair) => {
    const [left, right] = [place.get(pair.left), place.get(pair.right)];
    if (left === undefined || right === undefined || left === right) return [];
    return [{ row: Math.max(left, right), column: Math.min(left, right), heat: heatOf(pair), text: textOf(pair) }];
  });
  if (names.length < 2) return null;
  const drawn = new Set(squares.map(({ row, column }) => `${row} ${column}`));
  const none = names.flatMap((_, row) =>
    names
      .slice(0, row)
      .flatMap((__, column) => (drawn.has(`${row} ${column}`) ? [] : [{ row, column, heat: 0, text: "none" }])),
  );
  const label = `How often each pair of sources says the same; ${inWords(view.model.agreements)}.`;
  const drawing = await draw(agreementMatrix(names.map(chartName), [...squares, ...none], label));
  return <Figure drawing={drawing} legend={<Legend items={heats} />} />;
}

function Numbers({ agreements }: { agreements: readonly Agreement[] }): Child {
  const head = ["Source", "Source", "Cells in common", "They agree", "Share"];
  const columns = head.map((each, index) => ({ head: each, isNumber: index > 1 }));
  const rows = agreements.map((pair) => [
    <Text of={pair.left} most={60} />,
    <Text of={pair.right} most={60} />,
    count(pair.shared),
    count(pair.agreed),
    pair.shared < enough ? "too few" : showShare(pair.agreed, pair.shared),
  ]);
  return (
    <Fold title="The numbers">
      <Grid caption="Agreement of pairs" columns={columns} rows={rows} />
    </Fold>
  );
}

export async function agreementSection(view: ReportView): Promise<Child> {
  const { agreements, sources } = view.model;
  return (
    <Section
      id="agreement"
      title="Agreement of sources"
      lead="Of the cells that two sources both claim, how often they say the same."
    >
      {agreements.length === 0 ? (
        <Nothing>No two sources claim the same cells.</Nothing>
      ) : (
        <>
          {await Picture(view)}
          {sources.length > mostNames && (
            <p class="aside">The {mostNames} sources that share most; the numbers have all.</p>
          )}
          <Numbers agreements={agreements} />
        </>
      )}
    </Section>
  );
}
