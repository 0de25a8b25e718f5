/** What the estimate came to, in sentences for people. Counts, not probabilities; no percentage of a few claims. */
import type { Accuracies } from "./accuracy.ts";

/** Below this many checkable claims a share says nothing. */
const enough = 30;

/** One sentence a group of identical feeds, a source, and an attribute that a source seems to mean otherwise. */
export function describeAccuracies({ feeds, sources, misfits }: Accuracies): string[] {
  return [
    ...feeds.map(
      (feed) =>
        `accuracy: ${feed.sources.join(", ")} agreed ${counted(feed.agreed)} of ${counted(feed.shared)} times; counted once`,
    ),
    ...sources.map(({ source, right, checkable }) => `accuracy: ${source}: ${share(right, checkable)}`),
    ...misfits.map(
      ({ source, attribute, here, elsewhere }) =>
        `accuracy: ${source} may mean something else by ${attribute}: ${share(here.right, here.checkable)}, elsewhere ${share(elsewhere.right, elsewhere.checkable)}`,
    ),
  ];
}

function share(right: number, checkable: number): string {
  const percent = checkable < enough ? "" : ` (${Math.round((right / checkable) * 100)} %)`;
  return `right in ${counted(right)} of ${counted(checkable)} claims that others make too${percent}`;
}

/** `16,209`, in every locale. */
function counted(amount: number): string {
  return String(Math.round(amount)).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
