/** What made the outputs. */
import fs from "node:fs";

const manifest = JSON.parse(fs.readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  readonly version: string;
};

export const madeBy = `tablesalvage ${manifest.version}`;
