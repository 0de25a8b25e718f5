/** `npx tsx test/real/flight-rules.ts`: the share that each rule gets right on the flights of `fusion/`. */
import { days, hasFlights, readDay } from "./flight/data.ts";
import { scoreRules } from "./flight/rules.ts";

if (!hasFlights) throw new Error("../shared/data/fusion/flight is not here: there is nothing to measure.");
const eachDay = days.map((day) => readDay(day));
const sets = [...eachDay.entries()].map(([at, items]) => ({ name: days[at] ?? "", items }));
for (const { name, items } of [...sets, { name: "three days", items: eachDay.flat() }]) {
  const begin = performance.now();
  const { shares, accuracies } = scoreRules(items);
  const seconds = ((performance.now() - begin) / 1000).toFixed(2);
  const known = items.filter(({ gold }) => gold !== undefined).length;
  console.log(
    `\n${name}: ${items.length} items, ${known} with a known value (${seconds} s, ${accuracies.rounds} rounds)`,
  );
  for (const [rule, share] of Object.entries(shares)) console.log(`  ${rule.padEnd(32)} ${share.toFixed(3)}`);
  if (name !== "three days") continue;
  for (const { sources, agreed, shared } of accuracies.feeds)
    console.log(`  one feed: ${sources.join(", ")} agreed ${agreed} of ${shared} times`);
  for (const { source, checkable, right } of accuracies.sources)
    console.log(`  ${source.padEnd(22)} right in ${right} of ${checkable} checkable claims`);
  for (const { source, attribute, here, elsewhere } of accuracies.misfits)
    console.log(
      `  another meaning? ${source}, ${attribute}: ${here.right} of ${here.checkable}, ` +
        `elsewhere ${elsewhere.right} of ${elsewhere.checkable}`,
    );
}
