/** The top of the page: how it ended, the numbers that matter, and what to do next. */
import type { Child } from "hono/jsx";
import type { ReportModel, ReportedTable } from "../../report/model.ts";
import type { Verdict } from "../../report/summary.ts";
import { count, counted } from "../../text.ts";
import { momentOf, showShare, showSpan } from "../format.ts";
import { Moment, Sentence, Text } from "../pieces.tsx";
import { total } from "./view.ts";

const headlines: Readonly<Record<Verdict, string>> = {
  clean: "Recovered, and nothing is left to decide",
  "needs-review": "Recovered, but people are needed",
  failed: "Failed: do not load these scripts yet",
};

const verdictNames: Readonly<Record<Verdict, string>> = {
  clean: "Clean",
  "needs-review": "Needs review",
  failed: "Failed",
};

interface Tile {
  /** After the number: `ids lost` */
  readonly name: string;
  readonly number: number;
  readonly note: string;
  readonly href: string;
  /** Something that people should look at, where it is not zero. */
  readonly isTrouble: boolean;
}

function plural(number: number, one: string, many: string): string {
  return number === 1 ? one : many;
}

function tilesOf({ tables, quarantine }: ReportModel): Tile[] {
  const keys = total(tables, (table) => table.keys);
  const deleted = total(tables, (table) => table.deleted);
  const emitted = total(tables, (table) => table.emitted);
  const contested = total(tables, (table) => table.cells.contested);
  const lost = total(tables, (table) => table.missing.lost);
  const unknown = total(tables, (table) => table.missing.unknown);
  const withheld = total(tables, (table) => table.withheld);
  const records = quarantine.reduce((sum, group) => sum + group.records, 0);
  return [
    {
      name: plural(emitted, "row recovered", "rows recovered"),
      number: emitted,
      note: `${showShare(emitted, keys - deleted)} of the rows that any source shows; ${counted(deleted, "row")} known to be deleted`,
      href: "#tables",
      isTrouble: false,
    },
    {
      name: plural(contested, "contested cell", "contested cells"),
      number: contested,
      note: "sources say different things",
      href: "#contested",
      isTrouble: true,
    },
    {
      name: plural(withheld, "row withheld", "rows withheld"),
      number: withheld,
      note: "not in the scripts",
      href: "#withheld",
      isTrouble: true,
    },
    {
      name: plural(records, "record in quarantine", "records in quarantine"),
      number: records,
      note: "could not be read",
      href: "#quarantine",
      isTrouble: true,
    },
    {
      name: plural(lost, "id lost", "ids lost"),
      number: lost,
      note: `existed, and no source has ${lost === 1 ? "it" : "them"}${unknown > 0 ? `; ${count(unknown)} more may have existed` : ""}`,
      href: "#ids",
      isTrouble: true,
    },
  ];
}

interface RecoveryPoint {
  readonly table: string;
  readonly at: number;
}

function pointsOf(tables: readonly ReportedTable[]): RecoveryPoint[] {
  return tables
    .flatMap(({ table, recoveryPoint }) => {
      const at = momentOf(recoveryPoint);
      return at === undefined ? [] : [{ table, at }];
    })
    .toSorted((left, right) => right.at - left.at);
}

function before(at: number, recoverTo: number | undefined): string {
  if (recoverTo === undefined) return "";
  return at < recoverTo ? `, ${showSpan(recoverTo - at)} before the disaster` : ", the moment of the disaster";
}

function Recovery({ model: { tables, recoverTo } }: { model: ReportModel }): Child {
  const points = pointsOf(tables);
  const newest = points.at(0);
  const oldest = points.at(-1);
  if (newest === undefined || oldest === undefined)
    return <p class="recovery">No source says its time, so nobody can say up to when this goes.</p>;
  return (
    <p class="recovery">
      Newest recovery point:{" "}
      <b>
        <Moment of={newest.at} />
      </b>
      {before(newest.at, recoverTo)}
      {recoverTo !== undefined && (
        <>
          {" "}
          (<Moment of={recoverTo} />)
        </>
      )}
      .
      {oldest.at < newest.at && (
        <>
          {" "}
          The oldest is that of <Text of={oldest.table} most={60} />:{" "}
          <b>
            <Moment of={oldest.at} />
          </b>
          {before(oldest.at, recoverTo)}.
        </>
      )}
    </p>
  );
}

export function VerdictBlock({ model }: { model: ReportModel }): Child {
  return (
    <header class={`verdict ${model.verdict}`}>
      <p class="kicker">
        Recovery report · <Text of={model.incident} most={80} />
      </p>
      <h1>{headlines[model.verdict]}</h1>
      <p class="facts">
        <span class="state">{verdictNames[model.verdict]}</span>
        <span>
          Target: <Text of={model.target} most={80} />
        </span>
        <span>
          Made by <Text of={model.madeBy} most={60} />
        </span>
      </p>
      <ul class="tiles">
        {tilesOf(model).map(({ name, number, note, href, isTrouble }) => (
          <li class={isTrouble && number > 0 ? "tile trouble" : "tile"}>
            <a href={href}>
              <b>{count(number)}</b> <span>{name}</span>
            </a>
            <small>{note}</small>
          </li>
        ))}
      </ul>
      <Recovery model={model} />
      {model.next.length > 0 && (
        <div class="next">
          <h2>What to do next</h2>
          <ol>
            {model.next.map((sentence) => (
              <li>
                <Sentence of={sentence} />
              </li>
            ))}
          </ol>
        </div>
      )}
    </header>
  );
}
