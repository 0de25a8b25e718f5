/** The page of one parent: what was recovered, what is missing, what is provisional, and a place to sign. */
import type { Child } from "hono/jsx";
import { renderDocument } from "../../page/document.tsx";
import { label } from "../../page/format.ts";
import { Scroll, Text, Value } from "../../page/pieces.tsx";
import { count, counted } from "../../text.ts";
import type { CellClass } from "../summary.ts";
import { addCounts } from "./counts.ts";
import type { OpenCell, Pack, PackBranch, PackCell, PackRow } from "./model.ts";
import { Counts, MaskNote, OtherClaims } from "./parts.tsx";
import { classWords, missingOf, openClasses, stateWords, whyOf } from "./words.ts";

/** The page as HTML. */
export function renderPack(pack: Pack): string {
  const { table, key, title, state, row, branches } = pack;
  const counts = branches.map((branch) => branch.counts).reduce(addCounts, pack.own);
  const missing = missingOf(pack);
  return renderDocument({
    title: label(`${table} ${key}`, 160),
    styles: ["packs"],
    body: (
      <main class="pack">
        <header>
          <p class="kicker">
            <a href="index.html">All of {table}</a> · {pack.incident}
          </p>
          <h1>
            {table} <Text of={key} />
          </h1>
          {title === "" ? null : (
            <p class="who">
              <Text of={title} />
            </p>
          )}
          <p class={`state ${state}`}>
            This row: {stateWords[state]}
            {row.reason === null ? (
              ""
            ) : (
              <>
                : <Text of={row.reason} />
              </>
            )}
          </p>
          <Counts counts={counts} decides={counts.decided > 0} />
          <MaskNote masked={pack.masked} />
        </header>
        <section>
          <h2>What is missing</h2>
          {missing.length === 0 ? (
            <p>Nothing is known to be missing.</p>
          ) : (
            <ul>
              {missing.map((sentence) => (
                <li>
                  <Text of={sentence} />
                </li>
              ))}
            </ul>
          )}
        </section>
        <section>
          <h2>The row itself</h2>
          <OwnRow row={row} table={table} />
        </section>
        {branches.map((branch) => (
          <Branch branch={branch} />
        ))}
        <Signature table={table} keyText={key} />
      </main>
    ),
  });
}

function OwnRow({ row, table }: { readonly row: PackRow; readonly table: string }): Child {
  return (
    <Scroll label={`The row of ${table}`}>
      <table class="fields">
        <thead>
          <tr>
            <th scope="col">column</th>
            <th scope="col">value</th>
            <th scope="col">how sure</th>
            <th scope="col">source or reason, and what else was claimed</th>
          </tr>
        </thead>
        <tbody>
          {row.cells.map((cell) => (
            <tr class={`c-${cell.class}`}>
              <th scope="row">{cell.column}</th>
              <td>
                <Value of={cell.value} />
              </td>
              <td>
                <Sure of={cell.class} />
              </td>
              <td>
                <Text of={whyOf(cell)} />
                <OtherClaims conflict={cell.conflict} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Branch({ branch }: { readonly branch: PackBranch }): Child {
  const { table, through, counts, columns, recovered, withheld, deleted, open } = branch;
  const all = counts.recovered + counts.withheld + counts.deleted;
  return (
    <section class="branch">
      <h2>{table}</h2>
      <p class="aside">
        {all === 0
          ? "No rows belong here"
          : `${counted(counts.recovered, "row")} recovered, ${count(counts.withheld)} withheld, ${count(counts.deleted)} deleted`}
        {" · "}
        {through.join("; ")}
      </p>
      {recovered.length === 0 ? null : <Recovered table={table} columns={columns} rows={recovered} />}
      <More shown={recovered.length} all={counts.recovered} what="recovered" />
      <OpenCells cells={open} table={table} all={counts.provisional + counts.replaced + counts.decided} />
      <Left title="Withheld: not written" rows={withheld} all={counts.withheld} />
      <Left title="Deleted before the loss" rows={deleted} all={counts.deleted} />
    </section>
  );
}

function More({ shown, all, what }: { readonly shown: number; readonly all: number; readonly what: string }): Child {
  if (shown >= all) return null;
  return (
    <p class="aside">
      The first {count(shown)} of {count(all)} {what} are shown.
    </p>
  );
}

interface RecoveredRows {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly PackRow[];
}

function Recovered({ table, columns, rows }: RecoveredRows): Child {
  return (
    <Scroll label={`Rows of ${table}`}>
      <table class="rows">
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col">{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ cells }) => (
            <tr>
              {cells.map((cell) => (
                <Cell cell={cell} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** How sure a cell is: in words, not by colour alone. */
function Sure({ of }: { readonly of: CellClass }): Child {
  return <span class={`badge class-${of}`}>{classWords[of]}</span>;
}

function Cell({ cell }: { readonly cell: PackCell }): Child {
  const isSaid = openClasses.has(cell.class) || cell.class === "absent";
  return (
    <td class={`c-${cell.class}`}>
      {cell.class === "absent" && cell.value.text === null ? null : <Value of={cell.value} />}
      {isSaid ? <Sure of={cell.class} /> : null}
    </td>
  );
}

interface OpenCellList {
  readonly cells: readonly OpenCell[];
  readonly table: string;
  readonly all: number;
}

function OpenCells({ cells, table, all }: OpenCellList): Child {
  if (cells.length === 0) return null;
  return (
    <>
      <h3>Please check</h3>
      <Scroll label={`Cells of ${table} to check`}>
        <table class="fields">
          <thead>
            <tr>
              <th scope="col">key</th>
              <th scope="col">column</th>
              <th scope="col">value</th>
              <th scope="col">how sure</th>
              <th scope="col">why, and what else was claimed</th>
            </tr>
          </thead>
          <tbody>
            {cells.map((cell) => (
              <tr class={`c-${cell.class}`}>
                <th scope="row">
                  <Text of={cell.key} />
                  {cell.state === "recovered" ? null : <span class="badge">{cell.state}</span>}
                </th>
                <td>{cell.column}</td>
                <td>
                  <Value of={cell.value} />
                </td>
                <td>
                  <Sure of={cell.class} />
                </td>
                <td>
                  <Text of={cell.conflict.reason ?? cell.conflict.rule ?? ""} />
                  <OtherClaims conflict={cell.conflict} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <More shown={cells.length} all={all} what="cells to check" />
    </>
  );
}

interface LeftRows {
  readonly title: string;
  readonly rows: readonly Omit<PackRow, "cells">[];
  readonly all: number;
}

function Left({ title, rows, all }: LeftRows): Child {
  if (all === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="left">
        {rows.map(({ key, reason }) => (
          <li>
            <b>
              <Text of={key} />
            </b>
            {reason === null ? null : (
              <>
                {" "}
                <Text of={reason} />
              </>
            )}
          </li>
        ))}
      </ul>
      <More shown={rows.length} all={all} what="rows" />
    </>
  );
}

function Signature({ table, keyText }: { readonly table: string; readonly keyText: string }): Child {
  return (
    <section class="sign">
      <h2>Sign-off</h2>
      <p>
        {table} <Text of={keyText} />
      </p>
      <ul class="boxes">
        <li>☐ checked, and right</li>
        <li>☐ right but for the remarks</li>
        <li>☐ not right</li>
      </ul>
      <dl>
        <dt>Remarks</dt>
        <dd class="lines"></dd>
        <dt>Name</dt>
        <dd></dd>
        <dt>Date</dt>
        <dd></dd>
        <dt>Signature</dt>
        <dd></dd>
      </dl>
    </section>
  );
}
