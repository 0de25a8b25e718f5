/** Which orders of day, month and year a text can be written in. */
import type { DateOrder } from "./codec.ts";
import { readDateText } from "./date-text.ts";
import { Moment } from "./moment.ts";

/** A year of four digits that comes last leaves the order of the other two open; one of two digits may come first as well. */
const openForm = /(?:^|\s)\d{1,2}([-/.])\d{1,2}\1(?:\d{4}|\d{2})(?![\d/-])/;
const shortYearForm = /(?:^|\s)\d{1,2}([-/.])\d{1,2}\1\d{2}(?!\d)/;
const moment = new Moment();

/** Does the text's beginning rule out that its order matters? For every cell: `2005-03-04` has four digits first. */
function isClear(text: string): boolean {
  for (let at = 1; at <= 2; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/**
 * The orders under which the text is a date, each with its days since 0001-01-01; undefined for a text in which the order does not matter, such
 * as `2005-03-04` and `4-Mar-2005`.
 */
export function possibleOrders(text: string): ReadonlyMap<DateOrder, number> | undefined {
  if (isClear(text) || !openForm.test(text)) return undefined;
  const orders: readonly DateOrder[] = shortYearForm.test(text) ? ["dmy", "mdy", "ymd"] : ["dmy", "mdy"];
  const days = new Map<DateOrder, number>();
  for (const dateOrder of orders)
    if (readDateText(text, { dateOrder, legacy: false }, moment)) days.set(dateOrder, moment.days);
  return days;
}
