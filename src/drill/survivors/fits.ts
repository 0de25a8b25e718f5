/** Which damage a format can take. */
import { UserError } from "../../errors.ts";
import type { SurvivorPlan } from "../plan/model.ts";
import { findFormat } from "./formats/registry.ts";

const ofRows = ["withoutColumns", "conflictRate", "foreignRows", "keepsDeleted", "renumber", "excel"] as const;
const ofBytes = ["cutAt", "corrupt"] as const;

/** Throws UserError for damage that the survivor's format cannot take. */
export function requireFits({ id, of, format: name, damage }: SurvivorPlan): void {
  const { format, hasRecords, hasEncoding } = findFormat(name);
  const isLog = format.content === "changes";
  const unfit = [
    ...(isLog ? ofRows : []),
    ...(hasRecords === true ? [] : ofBytes),
    ...(hasEncoding === true ? [] : (["encoding"] as const)),
    ...(name === "csv" ? [] : (["excel"] as const)),
  ].find((each) => damage[each] !== undefined);
  if (unfit !== undefined)
    throw new UserError({
      what: `the survivor ${id} is written as ${name}, which cannot be damaged by ${unfit}`,
      remedy: "Take another format, or leave that damage out; docs/drills.md has a table of both",
    });
  if (damage.corrupt !== undefined && damage.encoding !== undefined && !/^utf-?8$/i.test(damage.encoding))
    throw new UserError({
      what: `the survivor ${id} is in ${damage.encoding}, in which overwritten bytes may be text like others`,
      remedy: "Leave out `corrupt` or `encoding`: only in UTF-8 a drill can tell what is left of a record",
    });
  if (of === "wreck" && isLog)
    throw new UserError({
      what: `the survivor ${id} is a log of what the disaster left, and nothing changes there`,
      remedy: "Leave out `of: wreck`",
    });
}
