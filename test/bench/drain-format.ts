/** Reads a file with the peer library of its format. Arguments: format, file, rows; prints the rows and the seconds. */
import { benchFormats } from "./format-peers.ts";

const [name = "", file = "", rows = ""] = process.argv.slice(2);
const start = performance.now();
await benchFormats[name]?.drain(file);
process.stdout.write(`${rows} ${(performance.now() - start) / 1000}\n`);
