/**
 * Where each version's catalog keeps indexes, triggers, permissions and descriptions: the views of 2005 and later, the system tables of 2000. All give the same columns.
 * Sources: https://learn.microsoft.com/sql/relational-databases/system-catalog-views, and Books Online 2000, "System Tables".
 */
export interface AttachmentQueries {
  /** Of rows (no constraints, no statistics): a line an index. */
  readonly indexes: string;
  /** In the order in which they stand in their index. */
  readonly indexColumns: string;
  /** Of other kinds: XML, spatial, columnstore, full-text is none of them. */
  readonly otherIndexes: string;
  /** System-versioned tables; since 2016. */
  readonly temporal?: string;
  readonly triggers: string;
  /** `state`: G granted, W granted with the right to grant, D denied. */
  readonly permissions: string;
  readonly properties: string;
}

export function attachmentQueries(version: number): AttachmentQueries {
  return version < 9 ? of2000 : ofViews(version);
}

const object = "SCHEMA_NAME(o.schema_id) AS [schema], o.name AS [table]";
const tables = "JOIN sys.objects AS o ON o.type = 'U' AND o.is_ms_shipped = 0 AND o.object_id";
const byTable = "ORDER BY SCHEMA_NAME(o.schema_id), o.name";
const ofRows = "i.type IN (1, 2) AND i.is_primary_key = 0 AND i.is_unique_constraint = 0 AND i.is_hypothetical = 0";

function ofViews(version: number): AttachmentQueries {
  return {
    indexes: `SELECT ${object}, i.name AS [name], i.index_id AS [number], CONVERT(int, i.is_unique) AS [isUnique], CONVERT(int, i.type) AS [type],
  CONVERT(int, i.fill_factor) AS [fill], CONVERT(int, i.is_padded) AS [isPadded], CONVERT(int, i.ignore_dup_key) AS [ignoresDuplicates],
  CONVERT(int, i.is_disabled) AS [isDisabled], ${version >= 10 ? "i.filter_definition" : "NULL"} AS [filter]
FROM sys.indexes AS i ${tables} = i.object_id WHERE ${ofRows} ${byTable}, i.index_id`,
    indexColumns: `SELECT ${object}, k.index_id AS [number], c.name AS [column], CONVERT(int, k.is_descending_key) AS [isDescending],
  CONVERT(int, k.is_included_column) AS [isIncluded]
FROM sys.index_columns AS k ${tables} = k.object_id JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id
${byTable}, k.index_id, k.key_ordinal, k.index_column_id`,
    otherIndexes: `SELECT ${object}, i.name AS [name], i.type_desc AS [kind] FROM sys.indexes AS i ${tables} = i.object_id WHERE i.type > 2 ${byTable}`,
    ...(version >= 13
      ? {
          temporal: `SELECT ${object} FROM sys.tables AS t ${tables} = t.object_id WHERE t.temporal_type = 2 ${byTable}`,
        }
      : {}),
    triggers: `SELECT ${object}, t.name AS [name], CONVERT(int, t.is_disabled) AS [isDisabled], m.definition AS [definition],
  CONVERT(int, m.uses_quoted_identifier) AS [quotes], CONVERT(int, m.uses_ansi_nulls) AS [ansiNulls]
FROM sys.triggers AS t ${tables} = t.parent_id LEFT JOIN sys.sql_modules AS m ON m.object_id = t.object_id ${byTable}, t.name`,
    permissions: `SELECT ${object}, p.permission_name AS [permission], p.state AS [state], USER_NAME(p.grantee_principal_id) AS [grantee], c.name AS [column]
FROM sys.database_permissions AS p ${tables} = p.major_id LEFT JOIN sys.columns AS c ON c.object_id = p.major_id AND c.column_id = p.minor_id
WHERE p.class = 1 AND p.state IN ('G', 'W', 'D') ${byTable}, USER_NAME(p.grantee_principal_id), p.permission_name, c.name`,
    properties: `SELECT ${object}, e.name AS [name], CONVERT(nvarchar(4000), e.value) AS [value], c.name AS [column]
FROM sys.extended_properties AS e ${tables} = e.major_id LEFT JOIN sys.columns AS c ON c.object_id = e.major_id AND c.column_id = e.minor_id
WHERE e.class = 1 ${byTable}, c.name, e.name`,
  };
}

const object2000 = "USER_NAME(o.uid) AS [schema], o.name AS [table]";
const tables2000 = "JOIN sysobjects AS o ON o.xtype = 'U' AND o.id";
const byTable2000 = "ORDER BY USER_NAME(o.uid), o.name";
// From status: 32 hypothetical, 64 statistics, 2048 and 4096 of a constraint, 8388608 made by itself.
const ofRows2000 = "i.indid BETWEEN 1 AND 250 AND (i.status & 8394848) = 0";

const of2000: AttachmentQueries = {
  indexes: `SELECT ${object2000}, i.name AS [name], i.indid AS [number], CASE WHEN (i.status & 2) = 2 THEN 1 ELSE 0 END AS [isUnique],
  CASE WHEN i.indid = 1 THEN 1 ELSE 2 END AS [type], CONVERT(int, i.OrigFillFactor) AS [fill],
  CASE WHEN (i.status & 256) = 256 THEN 1 ELSE 0 END AS [isPadded], CASE WHEN (i.status & 1) = 1 THEN 1 ELSE 0 END AS [ignoresDuplicates],
  0 AS [isDisabled], NULL AS [filter]
FROM sysindexes AS i ${tables2000} = i.id WHERE ${ofRows2000} ${byTable2000}, i.indid`,
  indexColumns: `SELECT ${object2000}, k.indid AS [number], c.name AS [column],
  INDEXKEY_PROPERTY(k.id, k.indid, k.keyno, 'IsDescending') AS [isDescending], 0 AS [isIncluded]
FROM sysindexkeys AS k ${tables2000} = k.id JOIN syscolumns AS c ON c.id = k.id AND c.colid = k.colid ${byTable2000}, k.indid, k.keyno`,
  // There are none.
  otherIndexes: `SELECT ${object2000}, o.name AS [name], '' AS [kind] FROM sysindexes AS i ${tables2000} = i.id WHERE 1 = 0`,
  triggers: `SELECT ${object2000}, t.name AS [name], OBJECTPROPERTY(t.id, 'ExecIsTriggerDisabled') AS [isDisabled],
  CASE WHEN m.encrypted = 1 THEN NULL ELSE m.text END AS [definition],
  OBJECTPROPERTY(t.id, 'ExecIsQuotedIdentOn') AS [quotes], OBJECTPROPERTY(t.id, 'ExecIsAnsiNullsOn') AS [ansiNulls]
FROM sysobjects AS t ${tables2000} = t.parent_obj JOIN syscomments AS m ON m.id = t.id WHERE t.xtype = 'TR' ${byTable2000}, t.name, m.colid`,
  permissions: `SELECT ${object2000}, CASE p.action WHEN 193 THEN 'SELECT' WHEN 195 THEN 'INSERT' WHEN 196 THEN 'DELETE' WHEN 197 THEN 'UPDATE' ELSE 'REFERENCES' END AS [permission],
  CASE p.protecttype WHEN 204 THEN 'W' WHEN 205 THEN 'G' ELSE 'D' END AS [state], USER_NAME(p.uid) AS [grantee], c.name AS [column]
FROM sysprotects AS p ${tables2000} = p.id
LEFT JOIN syscolumns AS c ON c.id = p.id AND CONVERT(int, SUBSTRING(p.columns, 1, 1)) & 1 = 0
  AND CONVERT(int, SUBSTRING(p.columns, c.colid / 8 + 1, 1)) & POWER(2, c.colid % 8) <> 0
WHERE p.action IN (26, 193, 195, 196, 197) ${byTable2000}, USER_NAME(p.uid), p.action, c.name`,
  properties: `SELECT ${object2000}, e.name AS [name], CONVERT(nvarchar(4000), e.value) AS [value], c.name AS [column]
FROM sysproperties AS e ${tables2000} = e.id LEFT JOIN syscolumns AS c ON c.id = e.id AND c.colid = e.smallid AND e.type = 4
WHERE e.type IN (3, 4) ${byTable2000}, c.name, e.name`,
};
