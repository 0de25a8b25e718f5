/** `npx tsx test/real/address-rules.ts`: the share that each rule gets right on the addresses of `fusion/`. */
import { hasAddresses, readAddresses } from "./address/data.ts";
import { byFeed, byPosition, scoreChains } from "./address/rules.ts";

if (!hasAddresses) throw new Error("../shared/data/fusion/address is not here: there is nothing to measure.");
const items = readAddresses();
const namings = {
  "sources by position among the rows of an organisation": byPosition,
  "and by whether they have coordinates": byFeed,
};
for (const [name, naming] of Object.entries(namings)) {
  console.log(`\n${name}: ${items.length} known values`);
  for (const [chain, share] of Object.entries(scoreChains(items, naming)))
    console.log(`  ${chain.padEnd(32)} ${share.toFixed(3)}`);
}
