/** Adds twenty decisions to an incident's file, as one of several processes. */
import { appendDecisions } from "../../src/decisions/append.ts";
import { layoutOf } from "../../src/incident.ts";

const [, , directory = "", by = ""] = process.argv;
const { decisions, deciding } = layoutOf(directory);
for (let why = 0; why < 20; why++)
  appendDecisions({ directory, decisions, lock: deciding }, [
    {
      table: "dbo.People",
      verdict: { kind: "withhold", key: ["001"] },
      evidence: "0123456789abcdef",
      by,
      why: String(why),
      at: undefined,
    },
  ]);
