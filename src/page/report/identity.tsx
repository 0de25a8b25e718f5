/** What identity keys tell of rows that no source has. */
import type { Child } from "hono/jsx";
import type { IdentityStrip, ReportedTable } from "../../report/model.ts";
import { count, counted } from "../../text.ts";
import { draw } from "../charts/draw.ts";
import type { IdState } from "../charts/strip.ts";
import { idStates, strip } from "../charts/strip.ts";
import { label } from "../format.ts";
import { Text } from "../pieces.tsx";
import { Figure, Fold, Grid, Legend, Nothing, Section } from "./pieces.tsx";
import type { ReportView } from "./view.ts";

type TableWithIds = ReportedTable & { readonly identity: IdentityStrip };

const mostStrips = 24;

const words: Readonly<Record<IdState, string>> = {
  present: "here",
  deleted: "deleted before the disaster",
  lost: "lost: existed, and no source has it",
  unknown: "unknown: never used, deleted or lost",
};

function hasIds(table: ReportedTable): table is TableWithIds {
  return table.identity !== undefined && table.identity.stretches.length > 0;
}

/** Those with missing ids first, as the eye should fall on them. */
function inOrder(tables: readonly ReportedTable[]): TableWithIds[] {
  return tables
    .filter(hasIds)
    .toSorted(({ missing: left }, { missing: right }) => right.lost - left.lost || right.unknown - left.unknown);
}

function sumsOf({ stretches }: IdentityStrip): Record<IdState, number> {
  const sum = (state: IdState) => stretches.reduce((all, stretch) => all + stretch[state], 0);
  return { present: sum("present"), deleted: sum("deleted"), lost: sum("lost"), unknown: sum("unknown") };
}

function inWords(table: TableWithIds): string {
  const sums = sumsOf(table.identity);
  return idStates.map((state) => `${count(sums[state])} ${state === "present" ? "here" : state}`).join(", ");
}

function Absences({ table }: { table: ReportedTable }): Child {
  if (table.absences.length === 0) return null;
  const columns = [{ head: "Ids" }, { head: "How many", isNumber: true }, { head: "They are" }, { head: "Known from" }];
  const rows = table.absences.map(({ from, to, count: ids, class: state, evidence }) => [
    <Text of={from === to ? from : `${from} to ${to}`} most={100} />,
    count(ids),
    state,
    <Text of={evidence} />,
  ]);
  return (
    <Fold title={`The longest runs of missing ids (${count(rows.length)})`}>
      <Grid caption={`Missing ids of ${label(table.table, 60)}`} columns={columns} rows={rows} />
    </Fold>
  );
}

function LongestLoss({ absences }: { absences: ReportedTable["absences"] }): Child {
  const longest = absences.find((run) => run.class === "lost");
  if (longest === undefined) return null;
  const { from, to, count: ids } = longest;
  return (
    <span class="loss">
      <Text of={from === to ? from : `${label(from, 40)} to ${label(to, 40)}`} most={100} /> lost ({count(ids)})
    </span>
  );
}

async function Strip(table: TableWithIds): Promise<Child> {
  const { identity, absences } = table;
  const said = inWords(table);
  const ids = `${label(identity.first, 40)} to ${label(identity.last, 40)}`;
  const picture = strip(identity, `Ids of ${label(table.table, 60)}, ${ids}: ${said}.`);
  return (
    <div class="strip">
      <h3>
        <Text of={table.table} most={60} /> <small>{said}</small>
      </h3>
      <Figure drawing={await draw(picture)} stretches>
        <p class="ends">
          <Text of={identity.first} most={40} />
          <LongestLoss absences={absences} />
          <Text of={identity.last} most={40} />
        </p>
        <Absences table={table} />
      </Figure>
    </div>
  );
}

function Numbers({ tables }: { tables: readonly TableWithIds[] }): Child {
  const head = ["Table", "Column", "First", "Highest", "Here", "Deleted", "Lost", "Unknown"];
  const columns = head.map((each, index) => ({ head: each, isNumber: index > 1 }));
  const rows = tables.map(({ table, identity }) => {
    const sums = sumsOf(identity);
    return [
      <Text of={table} most={60} />,
      <Text of={identity.column} most={60} />,
      <Text of={identity.first} most={40} />,
      <Text of={identity.last} most={40} />,
      ...idStates.map((state) => count(sums[state])),
    ];
  });
  return (
    <Fold title="The numbers">
      <Grid caption="Ids of every table" columns={columns} rows={rows} />
    </Fold>
  );
}

export async function identitySection(view: ReportView): Promise<Child> {
  const tables = inOrder(view.model.tables);
  const strips: Child[] = [];
  for (const table of tables.slice(0, mostStrips)) strips.push(await Strip(table));
  return (
    <Section
      id="ids"
      title="Ids: here, deleted, lost"
      lead="Every id from the first to the highest that anything shows. A row that is lost still left its number behind."
    >
      {tables.length === 0 ? (
        <Nothing>No table has an identity column with rows.</Nothing>
      ) : (
        <>
          <Legend items={idStates.map((state) => [`id-${state}`, words[state]])} />
          {strips}
          {tables.length > mostStrips && (
            <p class="aside">{counted(tables.length - mostStrips, "more table")}: in the numbers.</p>
          )}
          <Numbers tables={tables} />
        </>
      )}
    </Section>
  );
}
