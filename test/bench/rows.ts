/** Rows for the benchmarks: each is a function of its key alone, so that sources overlap without being kept in memory. */

/** Twelve columns of the shapes that exports have; the names are those of {@link schemaSql}. */
export type BenchRow = readonly (string | number | null)[];

export const benchColumns = [
  "OrderID",
  "Code",
  "Customer",
  "Street",
  "City",
  "Amount",
  "Quantity",
  "OrderDate",
  "ShippedDate",
  "IsPaid",
  "Reference",
  "Comment",
] as const;

export const schemaSql = `CREATE TABLE dbo.Orders (
  OrderID int NOT NULL PRIMARY KEY,
  Code char(8) NOT NULL,
  Customer nvarchar(60) NOT NULL,
  Street nvarchar(60) NOT NULL,
  City nvarchar(40) NULL,
  Amount decimal(12, 2) NOT NULL,
  Quantity int NOT NULL,
  OrderDate datetime NOT NULL,
  ShippedDate datetime NULL,
  IsPaid bit NOT NULL,
  Reference varchar(60) NULL,
  Comment nvarchar(200) NULL
)
GO
`;

/** Mulberry32 (public domain, by Tommy Ettinger): 32 bits of state, ample for test data. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

const syllables = [
  "ber",
  "la",
  "mon",
  "tri",
  "ka",
  "sund",
  "o'",
  "vel",
  "ne",
  "grad",
  "ür",
  "fel",
  "ster",
  "ia",
  "po",
  "rem",
];

function word(next: () => number, parts: number): string {
  let text = "";
  for (let part = 0; part < parts; part++) text += syllables[next() & 15];
  return text;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

function moment(bits: number): string {
  const [day, hour, minute] = [1 + (bits % 28), (bits >>> 5) % 24, (bits >>> 10) % 60];
  return `2025-${digits(1 + ((bits >>> 16) % 12), 2)}-${digits(day, 2)} ${digits(hour, 2)}:${digits(minute, 2)}:${digits((bits >>> 20) % 60, 2)}.000`;
}

function comment(next: () => number): string | null {
  const kind = next() % 8;
  if (kind < 2) return null;
  if (kind === 2) return `said "${word(next, 3)}", twice`;
  return `${word(next, 4)} ${word(next, 5)}, ${word(next, 4)} ${word(next, 6)}`;
}

/** One row after `edits` changes by the application: amount, shipping and payment move, the rest stands. */
export function benchRow(key: number, edits: number): BenchRow {
  const next = mulberry32(Math.imul(key, 0x9e3779b1));
  const amount = (next() % 10_000_000) + edits * 125;
  const shipped = moment(next());
  return [
    key,
    digits(next() % 100_000_000, 8),
    `${word(next, 4)} & ${word(next, 3)} Ltd`,
    `${next() % 900} ${word(next, 4)} street`,
    next() % 16 === 0 ? null : word(next, 4),
    `${Math.floor(amount / 100)}.${digits(amount % 100, 2)}`,
    next() % 500,
    moment(next()),
    edits > 0 || next() % 3 > 0 ? shipped : null,
    edits > 1 ? 1 : next() & 1,
    `INV-${digits(key, 9)}-${digits(next() % 100_000, 5)}`,
    comment(next),
  ];
}
