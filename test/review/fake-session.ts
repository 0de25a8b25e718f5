/** A review over a handful of cells in memory: what the interface promises, without staging or a file. */
import { UserError } from "../../src/errors.ts";
import type { GroupRule } from "../../src/decisions/file.ts";
import type {
  Given,
  ItemChoice,
  ItemDetail,
  Neighbour,
  NumberedClaim,
  QueueGroup,
  QueueItem,
  RawRecord,
  ReviewSession,
  Signature,
  Undone,
} from "../../src/review/session.ts";

interface FakeItem {
  readonly key: string;
  readonly claims: readonly { readonly value: string | null; readonly sources: readonly string[] }[];
  readonly reason?: string;
  readonly row?: readonly Neighbour[];
  readonly unused?: ItemDetail["unused"];
}

export interface FakeGroup extends Pick<QueueGroup, "id" | "table" | "column" | "class" | "said"> {
  readonly isDecidable?: boolean;
  readonly items: readonly FakeItem[];
}

/** One thing that was done, as it was handed over. */
export interface Done {
  readonly what: ItemChoice | { readonly rule: GroupRule } | "undo";
  readonly on: number | string;
  readonly by: string;
  readonly why: string;
}

interface Stored {
  readonly id: number;
  readonly group: FakeGroup;
  readonly item: FakeItem;
  given: Given | undefined;
}

const time = "2024-05-03T10:11:12.000Z";

function gone(): never {
  throw new UserError({ what: "there is no such item", remedy: "Go back to the queue" });
}

export class FakeSession implements ReviewSession {
  readonly incident = "shop-2024-05";
  readonly sources = ["crm", "backup-0412", "replica", "mail"];
  readonly done: Done[] = [];
  isClosed = false;
  readonly #groups: readonly FakeGroup[];
  readonly #stored: readonly Stored[];
  readonly #rules = new Map<string, Given>();

  constructor(groups: readonly FakeGroup[]) {
    this.#groups = groups;
    this.#stored = groups
      .flatMap((group) => group.items.map((item) => ({ group, item, given: undefined })))
      .map((each, index) => ({ ...each, id: index + 1 }));
  }

  groups(): QueueGroup[] {
    return this.#groups.map((group) => this.#group(group));
  }

  progress() {
    const people = [...new Set(this.done.map(({ by }) => by))].toSorted();
    return {
      items: this.#stored.length,
      decided: this.#stored.filter(({ given }) => given !== undefined).length,
      by: people.map((name) => ({ name, decisions: this.done.filter(({ by }) => by === name).length })),
    };
  }

  items(group: string, after: number, limit: number): QueueItem[] {
    return this.#of(group)
      .filter(({ id }) => id > after)
      .slice(0, limit)
      .map((stored) => this.#item(stored));
  }

  item(id: number): ItemDetail {
    const stored = this.#find(id);
    const { group, item } = stored;
    const ids = this.#of(group.id);
    const open = ids.filter((each) => each.given === undefined && each.id !== id);
    return {
      item: this.#item(stored),
      group: this.#group(group),
      claims: claimsOf(item),
      unused: item.unused ?? [],
      row: item.row ?? [],
      choices: choicesOf(group),
      verdict: group.column === null ? "withheld: no parent" : "emitted",
      seen: this.#seen(stored),
      previous: ids.findLast((each) => each.id < id)?.id,
      next: ids.find((each) => each.id > id)?.id,
      nextOpen: (open.find((each) => each.id > id) ?? open[0])?.id,
    };
  }

  raw(id: number, source: string, locator: string): Promise<RawRecord> {
    const claimed = claimsOf(this.#find(id).item).flatMap(({ value, witnesses }) =>
      witnesses.map((witness) => ({ ...witness, value })),
    );
    const found = claimed.find((each) => each.source === source && each.locator === locator) ?? gone();
    const lines = [
      { number: 6, text: "Id,Name", isIt: false },
      { number: 7, text: `7,${found.value ?? ""}`, isIt: true },
    ];
    return Promise.resolve({ source, locator, lines, why: undefined });
  }

  decide(id: number, choice: ItemChoice, seen: string, signature: Signature): void {
    const stored = this.#find(id);
    if (seen !== this.#seen(stored))
      throw new UserError({
        what: `${stored.given?.by ?? "somebody"} decided this meanwhile`,
        remedy: "Look at it again, then decide",
      });
    stored.given = this.#note(choice, id, said(choice, stored.item), signature);
  }

  decideGroup(id: string, rule: GroupRule, signature: Signature): number {
    const open = this.#of(id).filter(({ given }) => given === undefined);
    if (open.length === 0) throw new UserError({ what: "nothing is left to decide", remedy: "Look at it again" });
    const named = typeof rule === "string" ? rule : `prefer ${rule.prefer.join(", ")}`;
    const given = this.#note({ rule }, id, named, signature);
    this.#rules.set(id, given);
    for (const stored of open) stored.given = given;
    return open.length;
  }

  undo(what: Undone, signature: Signature): void {
    this.#note("undo", "item" in what ? what.item : what.group, "taken back", signature);
    if ("item" in what) {
      this.#find(what.item).given = undefined;
      return;
    }
    const rule = this.#rules.get(what.group);
    this.#rules.delete(what.group);
    for (const stored of this.#of(what.group)) if (stored.given === rule) stored.given = undefined;
  }

  close(): void {
    this.isClosed = true;
  }

  #find(id: number): Stored {
    return this.#stored[id - 1] ?? gone();
  }

  #of(group: string): Stored[] {
    return this.#stored.filter((each) => each.group.id === group);
  }

  #group({ items, isDecidable = true, ...group }: FakeGroup): QueueGroup {
    const sources = [...new Set(items.flatMap(({ claims }) => claims.flatMap((claim) => claim.sources)))];
    const decided = this.#of(group.id).filter(({ given }) => given !== undefined).length;
    return { ...group, sources, isDecidable, items: items.length, decided, given: this.#rules.get(group.id) };
  }

  #item({ id, group, item, given }: Stored): QueueItem {
    const value = group.column === null ? undefined : (item.claims[0]?.value ?? null);
    const { table, column } = group;
    return { id, group: group.id, table, key: item.key, column, value, reason: item.reason ?? null, given };
  }

  #seen({ id, given }: Stored): string {
    return `${id}-${given?.line ?? 0}`;
  }

  #note(what: Done["what"], on: Done["on"], words: string, { by, why }: Signature): Given {
    this.done.push({ what, on, by, why });
    return { line: this.done.length + 1, what: words, by, why, at: time };
  }
}

function claimsOf({ claims }: FakeItem): NumberedClaim[] {
  return claims.map(({ value, sources }, index) => ({
    number: index + 1,
    value,
    witnesses: sources.map((source) => ({
      source,
      time: source === "mail" ? null : time,
      locator: `${source}.csv:${7 + index}`,
      outcome: "contested",
    })),
  }));
}

function choicesOf({ column, isDecidable = true }: FakeGroup): ItemDetail["choices"] {
  if (!isDecidable) return [];
  return column === null ? ["withhold", "keep"] : ["claim", "value", "null", "withhold"];
}

const words = { null: "NULL", withhold: "the row is withheld", keep: "the row was there" } as const;

function said(choice: ItemChoice, item: FakeItem): string {
  if (choice.kind === "claim") return item.claims[choice.number - 1]?.value ?? "NULL";
  return choice.kind === "value" ? choice.value : words[choice.kind];
}

export const hostile = {
  script: "<script>document.title = 'taken'</script><img src=x onerror=\"document.title='taken'\">",
  formula: "=cmd|'/C calc'!A0",
  override: "abc\u202Egnp.exe\u0000\u200B",
  long: "x".repeat(1024 * 1024),
} as const;

function row(column: string, claims: FakeItem["claims"]): Neighbour[] {
  return [
    { column: "Id", value: "1042", class: "corroborated", claims: [] },
    { column: "Name", value: "Ana Trujillo Emparedados y helados", class: "corroborated", claims: [] },
    {
      column,
      value: claims[0]?.value ?? null,
      class: "contested",
      claims: claims.flatMap(({ value, sources }) => sources.map((source) => ({ source, value }))),
    },
    { column: "Fax", value: null, class: "absent", claims: [] },
    { column: "Region", value: "", class: "single", claims: [] },
    { column: "Notes", value: "NULL", class: "single", claims: [] },
  ];
}

function cells(count: number, column: string): FakeItem[] {
  return Array.from({ length: count }, (_, index) => {
    const claims = [
      { value: `+49 30 1234-${100 + index}`, sources: ["crm", "backup-0412"] },
      { value: `030/1234${100 + index}`, sources: ["replica"] },
      { value: index % 3 === 0 ? null : "unknown", sources: ["mail"] },
    ];
    return {
      key: String(1042 + index),
      claims,
      reason: "the sources are of the same time, and trusted alike",
      row: row(column, claims),
      unused:
        index === 0
          ? [{ source: "shop.log", time, locator: "shop.log:99821", outcome: "after the last good moment", value: "1" }]
          : [],
    };
  });
}

/** A queue as an incident has it: cells that differ alike, rows without a parent, values that mean harm. */
export function exampleGroups(): FakeGroup[] {
  const phones = cells(60, "Phone");
  const hostileCells = Object.entries(hostile).map(([key, value]) => {
    const claims = [
      { value, sources: ["crm"] },
      { value: "harmless", sources: ["<b>replica</b>"] },
    ];
    return { key: `${key}${value.slice(0, 20)}`, claims, reason: value.slice(0, 300), row: row("Comment", claims) };
  });
  return [
    {
      id: "phones",
      table: "dbo.Customers",
      column: "Phone",
      class: "contested",
      said: "crm and backup-0412 say the same, replica another, mail a third",
      items: phones,
    },
    {
      id: "hostile",
      table: "dbo.Customers",
      column: "Comment",
      class: "contested",
      said: `two sources differ ${hostile.script}`,
      items: hostileCells,
    },
    {
      id: "orders",
      table: "dbo.OrderLines",
      column: null,
      class: "withheld",
      said: "the order that they refer to is lost",
      items: [{ key: "10248, 11", claims: [], row: row("ProductId", []) }],
    },
    {
      id: "keyless",
      table: "dbo.AuditLog",
      column: "Actor",
      class: "contested",
      said: "without a key of the target’s",
      isDecidable: false,
      items: [{ key: "line 7", claims: [{ value: "a", sources: ["crm"] }] }],
    },
  ];
}
