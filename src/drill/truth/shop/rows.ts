/** The shop's rows: a few thousand at scale 1, in proportion beyond. */
import type { CanonicalValue } from "../../../values/codec.ts";
import { momentText } from "../../clock.ts";
import { Random } from "../../random.ts";
import type { Cells } from "../model.ts";
import { comments, familyNames, givenNames, goods, looks, methods, places, statuses } from "./words.ts";

const day = 86_400_000;
const sizes = { employees: 12, customers: 120, products: 60, orders: 400 };
const mostLines = 4;

export type ShopTable =
  | "dbo.Employees"
  | "dbo.Customers"
  | "dbo.Products"
  | "dbo.Orders"
  | "dbo.OrderLines"
  | "dbo.Payments";

export interface ShopOptions {
  readonly seed: number;
  /** 1: some 2,000 rows. */
  readonly scale: number;
  /** The last moment that any row speaks of: milliseconds since 1970. */
  readonly until: number;
}

/** By table's name, the rows in key order; cells as the DDL has the columns. */
export function shopRows(options: ShopOptions): Record<ShopTable, Cells[]> {
  const employees = employeeRows(options);
  const customers = customerRows(options);
  const products = productRows(options);
  const orders = orderRows(options, customers, employees);
  return {
    "dbo.Employees": employees,
    "dbo.Customers": customers,
    "dbo.Products": products,
    "dbo.Orders": orders,
    "dbo.OrderLines": lineRows(options, orders, products),
    "dbo.Payments": paymentRows(options, orders),
  };
}

/** Ids as a server counts them: now and then one was used and lost. */
function ids(random: Random, count: number): number[] {
  let last = 0;
  return Array.from({ length: count }, () => (last += random.chance(0.03) ? 2 : 1));
}

function sized(options: ShopOptions, size: number): number {
  return Math.max(3, Math.round(size * options.scale));
}

function moneyOf(random: Random, least: number, most: number): string {
  return (random.int(least * 100, most * 100) / 100).toFixed(4);
}

function past({ until }: ShopOptions, random: Random, days: number): string {
  return momentText(until - random.int(1, days * 86_400) * 1000);
}

function employeeRows(options: ShopOptions): Cells[] {
  const random = new Random(options.seed, "shop employees");
  const made: number[] = [];
  return ids(random, sized(options, sizes.employees)).map((id) => {
    const manager = made.length === 0 || random.chance(0.2) ? null : random.pick(made);
    made.push(id);
    const hired = past(options, random, 3000).slice(0, 10);
    return [id, manager, nameOf(random), hired, moneyOf(random, 24_000, 90_000)];
  });
}

function nameOf(random: Random): string {
  return `${random.pick(givenNames)} ${random.pick(familyNames)}`;
}

function customerRows(options: ShopOptions): Cells[] {
  const random = new Random(options.seed, "shop customers");
  return ids(random, sized(options, sizes.customers)).map((id) => {
    const [street, city, postalCode] = random.pick(places);
    const name = nameOf(random);
    return [
      id,
      String(id * 37).padStart(8, "0"),
      random.chance(0.3) ? `${name} & Söhne, "Kontor"` : name,
      `${name
        .normalize("NFKD")
        .replaceAll(/[^A-Za-z]/g, "")
        .toLowerCase()}.${id}@mail.example`,
      random.chance(0.2) ? null : `+${random.int(1, 49)} ${random.int(100, 999)} 555 ${random.int(1000, 9999)}`,
      `${street} ${random.int(1, 180)}`,
      city,
      postalCode,
      moneyOf(random, 0, 20_000),
      random.chance(0.9) ? 1 : 0,
      guidOf(random),
      past(options, random, 900),
    ];
  });
}

function guidOf(random: Random): string {
  const hex = Buffer.from(random.bytes(16)).toString("hex").toUpperCase();
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function productRows(options: ShopOptions): Cells[] {
  const random = new Random(options.seed, "shop products");
  return ids(random, sized(options, sizes.products)).map((id) => [
    id,
    `${random.int(10, 99)}E${random.int(1, 9)}-${id}`,
    `00${random.int(1e8, 9e8)}${random.int(1e8, 9e8)}`,
    `${random.pick(goods)}, ${random.pick(looks)}`,
    moneyOf(random, 1, 900),
    random.chance(0.1) ? null : random.int(1, 90_000) / 7,
    random.chance(0.5) ? null : random.bytes(random.int(0, 24)),
    past(options, random, 900),
  ]);
}

function orderRows(options: ShopOptions, customers: readonly Cells[], employees: readonly Cells[]): Cells[] {
  const random = new Random(options.seed, "shop orders");
  const keys = ids(random, sized(options, sizes.orders));
  return keys.map((id, index) => {
    const age = ((keys.length - index) / keys.length) * 500 * day;
    const ordered = options.until - Math.round(age / 1000) * 1000;
    const status = random.pick(statuses);
    const isShipped = status === "shipped" || status === "invoiced";
    return [
      id,
      idOf(random, sofar(customers, index / keys.length)),
      random.chance(0.2) ? null : idOf(random, sofar(employees, index / keys.length)),
      momentText(ordered),
      isShipped ? momentText(Math.min(ordered + random.int(3600, 400_000) * 1000, options.until)) : null,
      status,
      random.chance(0.5) ? null : random.chance(0.1) ? "" : random.pick(comments),
      momentText(ordered),
    ];
  });
}

/** Those that were there when this share of the orders had come. */
function sofar(rows: readonly Cells[], share: number): readonly Cells[] {
  return rows.slice(0, Math.max(3, Math.ceil(rows.length * share)));
}

function idOf(random: Random, rows: readonly Cells[]): CanonicalValue {
  return random.pick(rows)[0] as CanonicalValue;
}

function lineRows(options: ShopOptions, orders: readonly Cells[], products: readonly Cells[]): Cells[] {
  const random = new Random(options.seed, "shop lines");
  return orders.flatMap(([order = null]) =>
    Array.from({ length: random.int(1, mostLines) }, (_, index): Cells => {
      const product = random.pick(products);
      const discount = random.pick([0, 0, 0.05, 0.1, 0.15]);
      return [
        order,
        index + 1,
        product[0] as CanonicalValue,
        random.int(1, 40),
        product[4] as CanonicalValue,
        discount,
      ];
    }),
  );
}

function paymentRows(options: ShopOptions, orders: readonly Cells[]): Cells[] {
  const random = new Random(options.seed, "shop payments");
  const paid = orders.filter(() => random.chance(0.8));
  const keys = ids(random, paid.length);
  return paid.map(([order = null, , , ordered], index): Cells => {
    const at = momentText(
      Math.min(Date.parse(`${String(ordered).replace(" ", "T")}Z`) + random.int(60, 9e5) * 1000, options.until),
    );
    const reference = random.chance(0.3) ? null : `RE-${String(random.int(1, 99_999)).padStart(8, "0")}`;
    return [keys[index] ?? 0, order, moneyOf(random, 5, 4000), at, random.pick(methods), reference];
  });
}
