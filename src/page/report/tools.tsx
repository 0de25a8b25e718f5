/** Contents, search and filters: beside the report on a wide screen, above it on a narrow one. */
import type { Child } from "hono/jsx";
import { classOrder, classWords } from "../classes.ts";
import { label } from "../format.ts";
import { count } from "../../text.ts";
import type { ReportView } from "./view.ts";
import { total } from "./view.ts";

export interface ContentsLine {
  readonly id: string;
  readonly title: string;
  /** How much of it there is; undefined: it is not counted. */
  readonly number?: number;
}

interface Option {
  readonly value: string;
  readonly name: string;
}

function Filter({ id, name, options }: { id: string; name: string; options: readonly Option[] }): Child {
  if (options.length < 2) return null;
  return (
    <p>
      <label for={id}>{name}</label>
      <select id={id}>
        <option value="">all</option>
        {options.map((option) => (
          <option value={option.value}>{option.name}</option>
        ))}
      </select>
    </p>
  );
}

function classOptions({ model: { groups, contested, withheld, quarantine, proofs } }: ReportView): Option[] {
  const present = new Set<string>(groups.map((group) => group.class));
  if (contested.length > 0) present.add("contested");
  const classes = classOrder
    .filter((name) => present.has(name))
    .map((name) => ({ value: name, name: classWords[name] }));
  return [
    ...classes,
    ...(withheld.length > 0 ? [{ value: "withheld", name: "withheld row" }] : []),
    ...(proofs.records.length > 0 ? [{ value: "evidence", name: "record without a value" }] : []),
    ...(quarantine.length > 0 ? [{ value: "quarantined", name: "record in quarantine" }] : []),
  ];
}

function named(names: readonly string[]): Option[] {
  return names.map((name, index) => ({ value: String(index), name: label(name, 60) }));
}

/** Only the script shows it: without one nothing would answer. */
function Search({ view }: { view: ReportView }): Child {
  const { tables, sources } = view.model;
  return (
    <form id="tools" role="search" hidden>
      <p>
        <label for="search">
          Search findings <kbd>/</kbd>
        </label>
        <input id="search" type="search" autocomplete="off" spellcheck={false} placeholder="a value, key, column…" />
      </p>
      <div class="filters">
        <Filter id="filter-table" name="Table" options={named(tables.map(({ table }) => table))} />
        <Filter id="filter-kind" name="Class" options={classOptions(view)} />
        <Filter id="filter-source" name="Source" options={named(sources.map(({ id }) => id))} />
      </div>
      <p id="shown" role="status" aria-live="polite"></p>
      <p class="buttons">
        <button type="button" id="expand">
          Expand all
        </button>
        <button type="button" id="collapse">
          Collapse all
        </button>
      </p>
    </form>
  );
}

export function Tools({ view, contents }: { view: ReportView; contents: readonly ContentsLine[] }): Child {
  return (
    <aside aria-label="Contents and search">
      <Search view={view} />
      <nav aria-label="Contents">
        <ol>
          {contents.map(({ id, title, number }) => (
            <li>
              <a href={`#${id}`}>
                <span>{title}</span>
                {number !== undefined && number > 0 && <small>{count(number)}</small>}
              </a>
            </li>
          ))}
        </ol>
      </nav>
    </aside>
  );
}

export function contentsOf({ model }: ReportView): ContentsLine[] {
  const { tables, sources, groups, otherGroups, withheld, quarantine, decisions, assertions, evidence, proofs } = model;
  const drill = model.drill === undefined ? [] : [{ id: "drill", title: "Drill" }];
  const proved =
    total(proofs.changed, ({ cells }) => cells) +
    total(proofs.rows, ({ rows }) => rows) +
    total(proofs.records, ({ records }) => records) +
    proofs.otherRecords.records;
  return [
    ...drill,
    { id: "tables", title: "Tables", number: tables.length },
    { id: "timeline", title: "Timeline" },
    { id: "ids", title: "Ids", number: total(tables, ({ missing }) => missing.lost) },
    { id: "sources", title: "Sources", number: sources.length },
    { id: "overlap", title: "Overlap" },
    { id: "agreement", title: "Agreement" },
    { id: "conflicts", title: "Conflicts by pattern", number: groups.length + otherGroups.groups },
    { id: "contested", title: "Contested cells", number: total(tables, ({ cells }) => cells.contested) },
    { id: "proofs", title: "Proved, without a value", number: proved },
    { id: "withheld", title: "Withheld rows", number: total(withheld, ({ rows }) => rows) },
    { id: "quarantine", title: "Quarantine", number: total(quarantine, ({ records }) => records) },
    { id: "decisions", title: "Decisions", number: decisions.length },
    { id: "checks", title: "Checks", number: assertions.length },
    { id: "evidence", title: "Evidence", number: evidence.length },
  ];
}
