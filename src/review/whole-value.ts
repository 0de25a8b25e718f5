/** A value that was cut on the page, as it is. */
import { UserError } from "../errors.ts";
import type { ItemDetail } from "./session.ts";

type Asked = Readonly<Record<string, string | undefined>>;

/** @param asked `claim` a number of a claim, `unused` an index, or `column` of the row, of one `source` or as it stands */
export function wholeValue({ claims, unused, row }: ItemDetail, asked: Asked): string {
  const found =
    claims.find(({ number }) => String(number) === asked["claim"]) ??
    unused.find((_witness, index) => String(index) === asked["unused"]) ??
    neighbourOf(
      row.find(({ column }) => column === asked["column"]),
      asked["source"],
    );
  if (typeof found?.value === "string") return found.value;
  throw new UserError({ what: "there is no such value", remedy: "Go back to the item: the evidence may have changed" });
}

function neighbourOf(neighbour: ItemDetail["row"][number] | undefined, source: string | undefined) {
  return source === undefined ? neighbour : neighbour?.claims.find((claim) => claim.source === source);
}
