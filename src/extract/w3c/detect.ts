/** How the beginning of a file shows that it is a web server's log. */
import { readAccess } from "./fields.ts";

/** IIS and what else writes the extended format. */
export function isExtended(head: string): boolean {
  return head.startsWith("#") && /^#Fields:/m.test(head);
}

/** Common and combined, of Apache and nginx. */
export function isAccess(head: string): boolean {
  const [first = "", second] = head.split(/\r?\n/);
  // The last line of the beginning of a file may be cut.
  const lines = second === undefined || second === "" ? [first] : [first, second];
  return lines.slice(0, Math.max(1, lines.length - 1)).every((line) => readAccess(line) !== undefined);
}
