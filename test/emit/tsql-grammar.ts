/**
 * Is a batch valid T-SQL, in the eyes of two grammars that are not ours? node-sql-parser reads INSERT statements fast;
 * everything else goes to the ANTLR grammar of @dbml/core, which is strict and slow, once a shape.
 */
import { importer } from "@dbml/core";
import transactsql from "node-sql-parser/build/transactsql.js";

const parser = new transactsql.Parser();

/** Statement forms that neither grammar knows, with one of the same shape that they do know. */
const unknownForms: readonly (readonly [RegExp, string])[] = [
  // Transact-SQL reference, "DBCC CHECKIDENT".
  [/DBCC CHECKIDENT \(N'(?:[^']|'')+', RESEED, -?\d+\)/g, "PRINT N'reseeded'"],
  // Transact-SQL reference, "ALTER TABLE": { WITH CHECK } { CHECK } CONSTRAINT name.
  [/(ALTER TABLE \S.*?) WITH CHECK CHECK CONSTRAINT (\[(?:[^\]]|\]\])+\])/g, "$1 CHECK CONSTRAINT $2"],
  // "CREATE TABLE": IDENTITY [ (seed, increment) ], of any sign; a data type may have a schema; PERIOD FOR SYSTEM_TIME.
  [/IDENTITY\(-?\d+, -?\d+\)/g, "IDENTITY(1, 1)"],
  [/^( {2}\[(?:[^\]]|\]\])+\]) \[(?:[^\]]|\]\])+\]\.(\[(?:[^\]]|\]\])+\]) /gm, "$1 $2 "],
  [/,\n {2}PERIOD FOR SYSTEM_TIME \(.*\)/g, ""],
  // The same: { ENABLE | DISABLE } TRIGGER { ALL | trigger_name }.
  [/(DISABLE TRIGGER) ALL/g, "$1 [every]"],
];

function faultOfInsert(batch: string): string | undefined {
  try {
    parser.astify(batch, { database: "transactsql" });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

interface Diagnosed {
  readonly diags?: readonly { readonly message?: string; readonly text?: string }[];
}

function faultUnderDbml(batch: string): string | undefined {
  const known = unknownForms.reduce((text, [form, substitute]) => text.replaceAll(form, substitute), batch);
  try {
    importer.import(known, "mssql");
    return undefined;
  } catch (error) {
    const [first] = (error as Diagnosed).diags ?? [];
    return first?.message ?? first?.text ?? String(error);
  }
}

/** The batch with its numbers and the insides of its literals made equal. */
function shapeOf(batch: string): string {
  return batch.replaceAll(/'(?:[^']|'')*'/g, "'x'").replaceAll(/\b\d+\b/g, "1");
}

const judged = new Map<string, string | undefined>();

/** Why the grammars refuse the batch; undefined where it is valid. */
export function grammarFault(batch: string): string | undefined {
  if (/^INSERT\b/.test(batch) && faultOfInsert(batch) === undefined) return undefined;
  const shape = shapeOf(batch);
  if (!judged.has(shape)) judged.set(shape, faultUnderDbml(batch));
  return judged.get(shape);
}
