/** Conflicts by pattern, then the contested cells one by one. */
import type { Child } from "hono/jsx";
import type { ReportModel, ReportedCell, ReportedClaim, ReportedGroup } from "../../report/model.ts";
import { count, counted } from "../../text.ts";
import { ClassBadge, ColumnName, SourceChips, Text, Value } from "../pieces.tsx";
import { anchor, Entry, entryData, Findings, Nothing, Section, TheFirst } from "./pieces.tsx";
import type { ReportView } from "./view.ts";
import { total } from "./view.ts";

type ContestedCell = ReportModel["contested"][number];

const outcomes: Readonly<Record<ReportedClaim["as"], string>> = {
  stands: "stands",
  lost: "not taken",
  superseded: "superseded: older",
  damaged: "damaged",
  refused: "refused",
};

const whileContested: Readonly<Record<ReportedClaim["as"], string>> = {
  ...outcomes,
  stands: "stands for now",
  lost: "contested",
};

function Claim({ view, claim, isContested }: { view: ReportView; claim: ReportedClaim; isContested: boolean }): Child {
  return (
    <li class={isContested && claim.as === "lost" ? "claim rival" : `claim ${claim.as}`}>
      <Value of={claim.value} />
      <span class="outcome">{(isContested ? whileContested : outcomes)[claim.as]}</span>
      <SourceChips view={view} sources={claim.sources} />
    </li>
  );
}

function Claims({ view, cell, isContested }: { view: ReportView; cell: ReportedCell; isContested: boolean }): Child {
  return (
    <ul class="claims">
      {cell.claims.map((claim) => (
        <Claim view={view} claim={claim} isContested={isContested} />
      ))}
    </ul>
  );
}

function Reason({ of }: { of: string | null }): Child {
  return of === null ? null : (
    <p class="reason">
      <Text of={of} />
    </p>
  );
}

const mostSamples = 3;

function sourcesOf(cells: readonly ReportedCell[]): string[] {
  return [...new Set(cells.flatMap(({ claims }) => claims.flatMap(({ sources }) => sources)))];
}

/** How large it is beside the largest; by width, not by area. */
function Magnitude({ part, whole }: { part: number; whole: number }): Child {
  return (
    <svg class="magnitude" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect width={String(Math.max(1, Math.round((part / whole) * 100)))} height="4" />
    </svg>
  );
}

function Group({
  view,
  group,
  index,
  largest,
}: {
  view: ReportView;
  group: ReportedGroup;
  index: number;
  largest: number;
}): Child {
  const samples = group.samples.slice(0, mostSamples);
  const isContested = group.class === "contested";
  const where = (
    <>
      <ClassBadge of={group.class} /> <ColumnName table={group.table} column={group.column} />
      {group.rule !== null && (
        <span class="rule">
          by <Text of={group.rule} most={60} />
        </span>
      )}
    </>
  );
  return (
    <Entry
      id={anchor("group", group.id, index)}
      of={{ number: group.cells, noun: "cell" }}
      mark={<Magnitude part={group.cells} whole={largest} />}
      pattern={group.pattern}
      where={where}
      data={entryData(view, group.class, group.table, sourcesOf(samples))}
    >
      {samples.map((cell) => (
        <div class="cell">
          <h4>
            <Text of={cell.key} most={200} />
          </h4>
          <Reason of={cell.reason} />
          <Claims view={view} cell={cell} isContested={isContested} />
        </div>
      ))}
      <TheFirst shown={samples.length} all={group.cells} list="conflicts.csv" />
    </Entry>
  );
}

export function conflictsSection(view: ReportView): Child {
  const { groups, otherGroups } = view.model;
  const largest = groups.reduce((most, { cells }) => Math.max(most, cells), 1);
  return (
    <Section
      id="conflicts"
      title="Conflicts by pattern"
      lead="Cells of one column that differ in one way are one decision, not thousands. Open ones first."
    >
      {groups.length === 0 ? (
        <Nothing>No source contradicts another.</Nothing>
      ) : (
        <Findings>
          {groups.map((group, index) => (
            <Group view={view} group={group} index={index} largest={largest} />
          ))}
        </Findings>
      )}
      {otherGroups.groups > 0 && (
        <p class="aside">
          {counted(otherGroups.groups, "smaller pattern")} with {counted(otherGroups.cells, "cell")} are not shown here;
          conflicts.csv has them.
        </p>
      )}
    </Section>
  );
}

function Cell({ view, cell }: { view: ReportView; cell: ContestedCell }): Child {
  return (
    <article class="entry cell" {...entryData(view, "contested", cell.table, sourcesOf([cell]))}>
      <h4>
        <Text of={cell.key} most={200} />
      </h4>
      <Reason of={cell.reason} />
      <Claims view={view} cell={cell} isContested />
    </article>
  );
}

interface ColumnCells {
  readonly table: string;
  readonly column: string;
  readonly cells: ContestedCell[];
}

function byColumn(cells: readonly ContestedCell[]): ColumnCells[] {
  const columns = new Map<string, ColumnCells>();
  for (const cell of cells) {
    const id = JSON.stringify([cell.table, cell.column]);
    const known = columns.get(id);
    if (known === undefined) columns.set(id, { table: cell.table, column: cell.column, cells: [cell] });
    else known.cells.push(cell);
  }
  return [...columns.values()];
}

/** So many cells are shown at once; more are opened column by column. */
const fewCells = 12;

export function contestedSection(view: ReportView): Child {
  const { contested, tables } = view.model;
  const all = total(tables, ({ cells }) => cells.contested);
  return (
    <Section
      id="contested"
      title="Contested cells"
      lead="Only people can settle these. All claims side by side; the value that stands for now is in the scripts until somebody decides."
    >
      {contested.length === 0 ? (
        <Nothing>No cell is contested.</Nothing>
      ) : (
        <Findings>
          {byColumn(contested).map(({ table, column, cells }) => (
            <details class="fold column" open={contested.length <= fewCells}>
              <summary>
                <ColumnName table={table} column={column} /> <small>{counted(cells.length, "cell")}</small>
              </summary>
              {cells.map((cell) => (
                <Cell view={view} cell={cell} />
              ))}
            </details>
          ))}
        </Findings>
      )}
      {all > contested.length && (
        <p class="aside">
          {count(contested.length)} of {counted(all, "contested cell")} are shown; conflicts.csv has all of them.
        </p>
      )}
    </Section>
  );
}
