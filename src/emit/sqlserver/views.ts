/** Views keep what they knew of a table's columns; they are asked to look again (GOTCHAS 26). */
import type { VersionRules } from "./versions.ts";

/** In the order in which they were made: one may stand on another. What a view that is broken says is printed; it may have been broken before. */
export function refreshViews(rules: VersionRules): string[] {
  const refresh = rules.sysViews
    ? [
        "  SET @open = @@TRANCOUNT",
        "  BEGIN TRY",
        "    EXEC sp_refreshview @view",
        "  END TRY",
        "  BEGIN CATCH",
        "    IF @open = 0 AND @@TRANCOUNT > 0 ROLLBACK TRANSACTION",
        "    SET @message = N'tablesalvage: view ' + @view + N' is not refreshed: ' + ERROR_MESSAGE()",
        "    PRINT @message",
        "  END CATCH",
      ]
    : ["  EXEC sp_refreshview @view"];
  const batch = [
    "DECLARE @view nvarchar(776), @message nvarchar(4000), @open int",
    "DECLARE views CURSOR LOCAL STATIC FORWARD_ONLY READ_ONLY FOR",
    `SELECT QUOTENAME(${rules.sysViews ? "SCHEMA_NAME" : "USER_NAME"}(uid)) + N'.' + QUOTENAME(name) FROM sysobjects`,
    "WHERE xtype = N'V' AND OBJECTPROPERTY(id, N'IsMSShipped') = 0 AND OBJECTPROPERTY(id, N'IsSchemaBound') = 0 ORDER BY crdate, id",
    "OPEN views",
    "FETCH NEXT FROM views INTO @view",
    "WHILE @@FETCH_STATUS = 0",
    "BEGIN",
    ...refresh,
    "  FETCH NEXT FROM views INTO @view",
    "END",
    "CLOSE views",
    "DEALLOCATE views",
  ].join("\n");
  // What it says of itself may follow a ROLLBACK, which closes cursors where this is on.
  return ["SET CURSOR_CLOSE_ON_COMMIT OFF", batch];
}
