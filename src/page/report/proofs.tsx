/** What is proved and gives no value: cells that were changed later, rows that were there, records that name no row. */
import type { Child } from "hono/jsx";
import type { EvidenceGroup, ReportedGroup } from "../../report/model.ts";
import { counted } from "../../text.ts";
import { ClassBadge, ColumnName, SourceChip, Text, Value } from "../pieces.tsx";
import { Withheld } from "./left-out.tsx";
import { Entry, entryData, Findings, Kept, Nothing, Section, TheFirst } from "./pieces.tsx";
import type { ReportView } from "./view.ts";

const mostSamples = 3;
/** The sections of conflicts and of withheld rows have them, too. */
const mostGroups = 50;

function Changed({ view, group }: { view: ReportView; group: ReportedGroup }): Child {
  const samples = group.samples.slice(0, mostSamples);
  const sources = [...new Set(samples.flatMap(({ claims }) => claims.flatMap((claim) => claim.sources)))];
  const where = (
    <>
      <ClassBadge of={group.class} /> <ColumnName table={group.table} column={group.column} />
    </>
  );
  return (
    <Entry
      of={{ number: group.cells, noun: "cell" }}
      pattern={group.pattern}
      where={where}
      data={entryData(view, group.class, group.table, sources)}
    >
      {samples.map(({ key, reason, claims: [standing] }) => (
        <div class="cell">
          <h4>
            <Text of={key} most={200} />
          </h4>
          {reason !== null && (
            <p class="reason">
              <Text of={reason} />
            </p>
          )}
          {standing !== undefined && (
            <p class="raw">
              stands for now: <Value of={standing.value} />
            </p>
          )}
        </div>
      ))}
      <TheFirst shown={samples.length} all={group.cells} list="conflicts.csv" />
    </Entry>
  );
}

function Records({ view, group }: { view: ReportView; group: EvidenceGroup }): Child {
  const { source, table, reason, records, first, last, samples } = group;
  const where = (
    <>
      <span class="badge">no value</span>{" "}
      <span class="name">{table === undefined ? "no table" : <Text of={table} most={60} />}</span>{" "}
      <SourceChip view={view} source={source} />
    </>
  );
  return (
    <Entry
      of={{ number: records, noun: "record" }}
      pattern={reason}
      where={where}
      data={entryData(view, "evidence", table, [source])}
    >
      <p class="aside">
        <Text of={span(first, last)} most={120} />
      </p>
      {samples.map((record) => (
        <Kept record={record} />
      ))}
      <TheFirst shown={samples.length} all={records} list="evidence.csv" />
    </Entry>
  );
}

function span(first: string | undefined, last: string | undefined): string {
  if (first === undefined || last === undefined) return "They say no time.";
  const [from, to] = [first, last].map((time) => time.replace(/\.0+$/, ""));
  return from === to ? `At ${from}, by the source’s clock.` : `From ${from} to ${to}, by the source’s clock.`;
}

function Part({ title, children }: { title: string; children: readonly Child[] }): Child {
  if (children.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      {children}
    </>
  );
}

export function proofsSection(view: ReportView): Child {
  const { changed, rows, records, otherRecords } = view.model.proofs;
  const isEmpty = changed.length + rows.length + records.length === 0;
  return (
    <Section
      id="proofs"
      title="Proved, without a value"
      lead="What logs and the like prove and do not say: that a cell was changed, that a row was there, that rows were changed which nobody names. Nothing of it is guessed."
    >
      {isEmpty ? (
        <Nothing>Nothing is proved that gives no value.</Nothing>
      ) : (
        <Findings>
          <Part title="Cells that were changed later">
            {changed.slice(0, mostGroups).map((group) => (
              <Changed view={view} group={group} />
            ))}
          </Part>
          <Part title="Rows that were there, and are lost">
            {rows.slice(0, mostGroups).map((group) => (
              <Withheld view={view} group={group} />
            ))}
          </Part>
          <Part title="Records that name no row">
            {records.map((group) => (
              <Records view={view} group={group} />
            ))}
          </Part>
        </Findings>
      )}
      {changed.length > mostGroups && (
        <p class="aside">
          {counted(changed.length - mostGroups, "more pattern")} of changed cells: see Conflicts by pattern.
        </p>
      )}
      {rows.length > mostGroups && (
        <p class="aside">
          {counted(rows.length - mostGroups, "more reason")} of rows that were there: see Withheld rows.
        </p>
      )}
      {otherRecords.groups > 0 && (
        <p class="aside">
          {counted(otherRecords.groups, "smaller group")} with {counted(otherRecords.records, "record")}: evidence.csv
          has them.
        </p>
      )}
    </Section>
  );
}
