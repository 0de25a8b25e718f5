/** The one test of damage of each SQL type. */
import type { SqlType } from "../../schema/model.ts";
import type { DamageTest } from "./damage.ts";
import { exactDamage, floatDamage } from "./numbers.ts";
import { spreadsheetDamage } from "./spreadsheet.ts";
import { textDamage } from "./texts.ts";
import { offsetDamage, timeDamage, timestampDamage } from "./times.ts";

const none: DamageTest = () => undefined;

/**
 * The test of a column; make it once a column. Without a collation the server's usual default holds, as it does for codecs.
 * Types that no known damage leaves readable (bit, binary, uniqueidentifier) and sql_variant have none.
 */
export function damageBetween(column: { readonly type: SqlType; readonly collation?: string | undefined }): DamageTest {
  switch (column.type.name) {
    case "smalldatetime":
    case "datetime":
    case "datetime2":
      return (candidate, intact) => timestampDamage(candidate as string, intact as string);
    case "datetimeoffset":
      return (candidate, intact) => offsetDamage(candidate as string, intact as string);
    case "time":
      return (candidate, intact) => timeDamage(candidate as string, intact as string);
    case "float":
    case "real":
      return (candidate, intact) => floatDamage(candidate as number, intact as number);
    case "bigint":
    case "decimal":
    case "numeric":
    case "money":
    case "smallmoney":
      return (candidate, intact) => exactDamage(String(candidate), String(intact));
    case "char":
    case "varchar":
    case "text":
    case "nchar":
    case "nvarchar":
    case "ntext":
      return textDamage(column.collation, spreadsheetDamage);
    case "xml":
      return textDamage(column.collation, none);
    default:
      return none;
  }
}
