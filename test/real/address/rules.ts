/** Every rule before a majority vote and behind one, and how many of the known values it gets right. */
import { estimateAccuracies } from "../../../src/reconcile/accuracy/accuracy.ts";
import type { Accuracies } from "../../../src/reconcile/accuracy/accuracy.ts";
import type { Item } from "../../../src/reconcile/accuracy/evidence.ts";
import { equalityOf } from "../../../src/reconcile/cell.ts";
import { groupClaims } from "../../../src/reconcile/claims.ts";
import type { ClaimGroup } from "../../../src/reconcile/claims.ts";
import { compileChain, rules } from "../../../src/reconcile/rules/registry.ts";
import { attributeOf } from "../../../src/reconcile/rules/rule.ts";
import { codecFor } from "../../../src/values/registry.ts";
import { claim } from "../../reconcile/observations.ts";
import { table } from "./data.ts";
import type { AddressItem } from "./data.ts";

/** What a row is taken to be from: no row says it. */
export type Naming = (row: AddressItem["rows"][number], position: number) => string;

/** The first rows of all organisations are one source, the second ones another. */
export const byPosition: Naming = (_, position) => `row ${position}`;
/** Rows with coordinates went through another hand than those without. */
export const byFeed: Naming = ({ isPlaced }, position) => `${isPlaced ? "placed" : "bare"} row ${position}`;

function groupsOf({ column, rows }: AddressItem, naming: Naming): ClaimGroup[] {
  const said = rows.map((row, position) => ({ source: naming(row, position), value: row.value }));
  return groupClaims(claim(said), equalityOf(codecFor(column)));
}

function accuraciesOf(items: readonly AddressItem[], naming: Naming): Accuracies {
  const evidence = items.map((item): Item => ({
    attribute: attributeOf(table, item.column),
    groups: groupsOf(item, naming).map(({ claims }) => ({
      sources: claims.map(({ observation }) => observation.source.id),
    })),
  }));
  return estimateAccuracies(evidence);
}

/** The share of the known values that a chain chooses; where k values are left, each counts for a k-th. */
function shareRight(items: readonly AddressItem[], chain: readonly string[], naming: Naming, accuracies: Accuracies) {
  const right = items.reduce((sum, item) => {
    const equality = equalityOf(codecFor(item.column));
    const links = compileChain(
      chain.map((rule) => ({ rule, sources: [] })),
      { table, column: item.column, accuracies },
    );
    let standing: readonly ClaimGroup[] = groupsOf(item, naming);
    for (const link of links) if (standing.length > 1) standing = link.narrow(standing);
    return sum + (standing.some(({ value }) => equality(value) === equality(item.gold)) ? 1 / standing.length : 0);
  }, 0);
  return right / items.length;
}

/** By chain. */
export function scoreChains(items: readonly AddressItem[], naming: Naming): Record<string, number> {
  const accuracies = accuraciesOf(items, naming);
  const heads = rules.map(({ id }) => [id, "majority"]);
  const tails = rules.map(({ id }) => ["majority", id]);
  const chains = [["majority"], ["latest", "trust", "majority", "ask"], ...heads, ...tails];
  return Object.fromEntries(chains.map((chain) => [chain.join(", "), shareRight(items, chain, naming, accuracies)]));
}
