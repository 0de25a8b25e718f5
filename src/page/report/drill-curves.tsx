/** A drill at every value of a sweep, and drills one after the other. */
import type { Child } from "hono/jsx";
import type { TrendPoint } from "../../drill/report/schema.ts";
import { fabricated, outcomeOf, outcomeWords, recall } from "../../drill/report/tell.ts";
import type { CellScore, RowScore, Scorecard } from "../../drill/score/model.ts";
import { count } from "../../text.ts";
import { curves } from "../charts/curves.ts";
import type { CurveLine } from "../charts/curves.ts";
import { draw } from "../charts/draw.ts";
import { label, momentOf, showDay, showShare } from "../format.ts";
import { Moment, Text } from "../pieces.tsx";
import { Figure, Fold, Grid, Legend } from "./pieces.tsx";

const number = { isNumber: true } as const;

/** The last drills; the journal has all. */
const mostDrills = 60;
const mostListed = 200;

const look = {
  rows: { class: "class-corroborated", shape: "circle" },
  cells: { class: "class-resolved", shape: "square" },
  wrong: { class: "class-contested", shape: "diamond" },
  fabricated: { class: "class-nulled", shape: "triangle" },
} as const;

function line(of: keyof typeof look, values: CurveLine["values"]): CurveLine {
  return { colour: `var(--${look[of].class})`, shape: look[of].shape, values };
}

function Lines({ wrong }: { wrong: string }): Child {
  return (
    <Legend
      items={[
        [look.rows.class, "row recall (circles)"],
        [look.cells.class, "cell recall (squares)"],
        [look.wrong.class, `${wrong} (diamonds)`],
        [look.fabricated.class, "fabricated (triangles)"],
      ]}
    />
  );
}

function shareOf({ recoverable, recoveredOfRecoverable }: RowScore | CellScore): number | null {
  return recoverable === 0 ? null : recoveredOfRecoverable / recoverable;
}

export async function Sweep({ sweep }: Scorecard): Promise<Child> {
  if (sweep === null || sweep.points.length === 0) return null;
  const { parameter, points } = sweep;
  const scores = points.map(({ score }) => score);
  const said = points.map(({ value, score }) => `${value}: ${score === null ? "not rebuilt" : recall(score.cells)}`);
  const drawing = await draw(
    curves({
      steps: points.map(({ value }) => ({ name: String(value), isHollow: false })),
      shares: [
        line(
          "rows",
          scores.map((score) => (score === null ? null : shareOf(score.rows))),
        ),
        line(
          "cells",
          scores.map((score) => (score === null ? null : shareOf(score.cells))),
        ),
      ],
      counts: [
        line(
          "wrong",
          scores.map((score) => score?.cells.wrong ?? null),
        ),
        line(
          "fabricated",
          scores.map((score) => (score === null ? null : fabricated(score))),
        ),
      ],
      label: `Recall and errors by ${label(parameter, 40)}. Cell recall at ${said.join(", ")}.`,
    }),
  );
  const hasErrors = points.some(({ error }) => error !== null);
  return (
    <>
      <h3>
        How far it goes: <Text of={parameter} most={60} />
      </h3>
      <p class="aside">
        The same drill at each value, at equal distances. Above: the recall of what the survivors hold; below: errors.
      </p>
      <Figure drawing={drawing} legend={<Lines wrong="wrong cells" />}>
        <Fold title="The numbers">
          <Grid
            caption={`The drill by ${label(parameter, 60)}`}
            columns={[
              { head: "Value" },
              { head: "Row recall", ...number },
              { head: "Cell recall", ...number },
              { head: "Wrong cells", ...number },
              { head: "Fabricated", ...number },
              ...(hasErrors ? [{ head: "Not rebuilt" }] : []),
            ]}
            rows={points.map(({ value, score, error }) => [
              String(value),
              ...(score === null
                ? ["", "", "", ""]
                : [recall(score.rows), recall(score.cells), count(score.cells.wrong), count(fabricated(score))]),
              ...(hasErrors ? [error === null ? "" : <Text of={error} most={200} />] : []),
            ])}
          />
        </Fold>
      </Figure>
    </>
  );
}

function dayOf(when: string): string {
  const moment = momentOf(when);
  return moment === undefined ? label(when, 10) : showDay(moment);
}

/** One drill is no trend. */
export async function Trend(trend: readonly TrendPoint[]): Promise<Child> {
  if (trend.length < 2) return null;
  const shown = trend.slice(-mostDrills);
  const [first, last] = [shown[0], shown.at(-1)].map((point) =>
    point === undefined ? "" : `${showShare(point.cellRecall, 1)} (${dayOf(point.when)})`,
  );
  const drawing = await draw(
    curves({
      steps: shown.map((point) => ({ name: dayOf(point.when), isHollow: outcomeOf(point) !== "passed" })),
      shares: [
        line(
          "rows",
          shown.map(({ rowRecall }) => rowRecall),
        ),
        line(
          "cells",
          shown.map(({ cellRecall }) => cellRecall),
        ),
      ],
      counts: [
        line(
          "wrong",
          shown.map(({ wronglySilent }) => wronglySilent),
        ),
        line(
          "fabricated",
          shown.map((point) => point.fabricated),
        ),
      ],
      label: `The last ${count(shown.length)} drills, oldest first: cell recall from ${first} to ${last}.`,
    }),
  );
  return (
    <>
      <h3>Drill after drill</h3>
      <p class="aside">
        {trend.length > shown.length
          ? `The last ${count(shown.length)} of ${count(trend.length)} drills`
          : "Every drill"}{" "}
        at the same distance, whenever it was. Hollow: it failed, or was below its bars.
      </p>
      <Figure drawing={drawing} legend={<Lines wrong="wrong, and nobody is told" />}>
        <Fold title="The numbers">
          <Grid caption="Drills, newest first" columns={trendColumns} rows={numbered(trend).map(trendRow)} />
        </Fold>
      </Figure>
    </>
  );
}

type Numbered = TrendPoint & { readonly number: number };

function numbered(trend: readonly TrendPoint[]): Numbered[] {
  return trend
    .map((point, index) => ({ ...point, number: index + 1 }))
    .slice(-mostListed)
    .toReversed();
}

const trendColumns = [
  { head: "Drill" },
  { head: "Outcome" },
  { head: "Bars held", ...number },
  { head: "Row recall", ...number },
  { head: "Cell recall", ...number },
  { head: "Wrongly silent", ...number },
  { head: "Fabricated", ...number },
  { head: "Seed", ...number },
  { head: "Version" },
];

function trendRow(point: Numbered): Child[] {
  const outcome = outcomeOf(point);
  const moment = momentOf(point.when);
  return [
    <>
      {count(point.number)}: {moment === undefined ? <Text of={point.when} most={40} /> : <Moment of={moment} />}
    </>,
    <span class={outcome === "passed" ? "badge holds" : "badge fails"}>{outcomeWords[outcome]}</span>,
    `${count(point.barsPassed)} of ${count(point.bars)}`,
    showShare(point.rowRecall, 1),
    showShare(point.cellRecall, 1),
    count(point.wronglySilent),
    count(point.fabricated),
    String(point.seed),
    <Text of={point.version} most={40} />,
  ];
}
