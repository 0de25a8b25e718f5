/** The tables of a package as they lie in it, for a profile. */
import type { RawValue } from "../../values/codec.ts";
import type { SurveyedTable } from "../extractor.ts";
import type { PackagedTable } from "../../schema/dacpac/assemble.ts";
import type { OpenedPackage } from "./package.ts";
import { fieldNames } from "./plan.ts";
import { readPart } from "./records.ts";

type Rows = readonly (readonly (RawValue | null)[])[];

export function surveyTable(opened: OpenedPackage, source: PackagedTable, signal: AbortSignal): SurveyedTable {
  const { origin } = opened.contents;
  const parts = opened.parts.get(source) ?? [];
  const damage: string[] = [];
  const facts = [
    { name: "parts", value: String(parts.length) },
    ...(origin?.server === undefined ? [] : [{ name: "server", value: origin.server, evidence: "Origin.xml" }]),
    ...(origin?.dataVersion === undefined
      ? []
      : [{ name: "data version", value: origin.dataVersion, evidence: "Origin.xml" }]),
  ];
  return {
    file: opened.file,
    part: source.table.id,
    facts,
    fields: fieldNames(source),
    types: source.fields.map(({ column }) => column.declaredType),
    rows: surveyRows(opened, source, damage, signal),
    damage: () => damage,
  };
}

async function* surveyRows(
  { zip, parts }: OpenedPackage,
  source: PackagedTable,
  damage: string[],
  signal: AbortSignal,
): AsyncGenerator<Rows> {
  for (const part of parts.get(source) ?? [])
    for await (const event of readPart(zip, part, source)) {
      signal.throwIfAborted();
      if (event.kind === "damage") damage.push(`${part.name} is damaged in the archive: ${event.damage}`);
      else if (event.kind === "rest")
        damage.push(
          `the last ${event.rest.length} bytes of ${part.name} cannot be told apart into rows: ${event.rest.reason}`,
        );
      else if (event.kind === "records") {
        for (const { fault, row } of event.records)
          if (fault !== undefined) damage.push(`row ${row} of ${part.name}: ${fault}`);
        yield event.records.filter(({ fault }) => fault === undefined).map(({ cells }) => cells);
      }
    }
}
