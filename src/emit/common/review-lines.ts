/** What people have to know of a table before its rows are used: said at the top of the scripts. */
import type { EmitTable } from "../emitter.ts";

function counted(count: number, one: string, many: string): string {
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}

function provisionalLines({ provisional }: EmitTable): string[] {
  if (provisional.count === 0) return [];
  const rest = provisional.count - provisional.first.length;
  return [
    `Provisional: ${counted(provisional.count, "cell stands", "cells stand")} for now and must be looked at:`,
    ...provisional.first.map(({ key, column, reason }) => `  ${key} ${column}: ${reason}`),
    ...(rest > 0 ? [`  and ${rest} more, in the report`] : []),
  ];
}

/** Lines of a comment; none where nothing is open. */
export function reviewLines(emit: EmitTable): string[] {
  const withheld =
    emit.withheld === 0
      ? []
      : [`Withheld: ${counted(emit.withheld, "row is", "rows are")} not written; the report says why.`];
  return [...provisionalLines(emit), ...withheld];
}
