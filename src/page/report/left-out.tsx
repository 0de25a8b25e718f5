/** What is not in the scripts: withheld rows, records in quarantine, values that do not fit. */
import type { Child } from "hono/jsx";
import type { QuarantineGroup, WithheldGroup } from "../../report/model.ts";
import { count, counted } from "../../text.ts";
import { SourceChip, Text } from "../pieces.tsx";
import { Entry, entryData, Findings, Grid, Kept, Nothing, Section, TheFirst } from "./pieces.tsx";
import type { ReportView } from "./view.ts";

/** Groups and samples are few in the model; keys on the page fewer still. */
const mostKeys = 24;
const mostGroups = 300;

export function Withheld({ view, group }: { view: ReportView; group: WithheldGroup }): Child {
  const keys = group.keys.slice(0, mostKeys);
  const where = (
    <>
      <span class="badge withheld">withheld</span>{" "}
      <span class="name">
        <Text of={group.table} most={60} />
      </span>
    </>
  );
  return (
    <Entry
      of={{ number: group.rows, noun: "row" }}
      pattern={group.reason}
      where={where}
      data={entryData(view, "withheld", group.table, [])}
    >
      <ul class="keys">
        {keys.map((key) => (
          <li>
            <Text of={key} most={120} />
          </li>
        ))}
        {group.rows > keys.length && (
          <li class="more">and {count(group.rows - keys.length)} more: withheld.csv has all</li>
        )}
      </ul>
    </Entry>
  );
}

function Others({ number }: { number: number }): Child {
  return number <= 0 ? null : <p class="aside">{counted(number, "more reason")}: the list has all.</p>;
}

export function withheldSection(view: ReportView): Child {
  const { withheld } = view.model;
  return (
    <Section
      id="withheld"
      title="Withheld rows"
      lead="Rows that some source shows, but that are not in the scripts, and why."
    >
      {withheld.length === 0 ? (
        <Nothing>No row is withheld.</Nothing>
      ) : (
        <Findings>
          {withheld.slice(0, mostGroups).map((group) => (
            <Withheld view={view} group={group} />
          ))}
        </Findings>
      )}
      <Others number={withheld.length - mostGroups} />
    </Section>
  );
}

function Quarantine({ view, group }: { view: ReportView; group: QuarantineGroup }): Child {
  const where = (
    <>
      <span class="badge quarantined">quarantine</span> <SourceChip view={view} source={group.source} />
    </>
  );
  return (
    <Entry
      of={{ number: group.records, noun: "record" }}
      pattern={group.reason}
      where={where}
      data={entryData(view, "quarantined", undefined, [group.source])}
    >
      {group.samples.map((record) => (
        <Kept record={record} />
      ))}
      <TheFirst shown={group.samples.length} all={group.records} list="quarantine.csv" />
    </Entry>
  );
}

function Unparsed({ view }: { view: ReportView }): Child {
  const { unparsed } = view.model;
  if (unparsed.length === 0) return null;
  const columns = [
    { head: "Source" },
    { head: "Table" },
    { head: "Column" },
    { head: "Cells", isNumber: true },
    { head: "Why" },
  ];
  const rows = unparsed
    .slice(0, mostGroups)
    .map(({ source, table, column, reason, cells }) => [
      <SourceChip view={view} source={source} />,
      <Text of={table} most={60} />,
      <Text of={column} most={60} />,
      count(cells),
      <Text of={reason} />,
    ]);
  return (
    <>
      <h3>Values that do not fit their columns</h3>
      <p class="aside">Their rows were read; these cells are kept as raw text and claim nothing.</p>
      <Grid caption="Values that do not fit" columns={columns} rows={rows} />
      <Others number={unparsed.length - mostGroups} />
    </>
  );
}

export function quarantineSection(view: ReportView): Child {
  const { quarantine } = view.model;
  return (
    <Section
      id="quarantine"
      title="Quarantine"
      lead="Records that could not be read. Nothing of them was guessed; the raw bytes are kept."
    >
      {quarantine.length === 0 ? (
        <Nothing>Every record could be read.</Nothing>
      ) : (
        <Findings>
          {quarantine.slice(0, mostGroups).map((group) => (
            <Quarantine view={view} group={group} />
          ))}
        </Findings>
      )}
      <Others number={quarantine.length - mostGroups} />
      <Unparsed view={view} />
    </Section>
  );
}
