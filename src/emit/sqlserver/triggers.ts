/** Triggers: off while rows go in, then in the state in which they were (GOTCHAS 20). */
import type { Attachment, Table } from "../../schema/model.ts";
import { identifier, tableIdentifier } from "./identifiers.ts";
import { triggersOff } from "./log.ts";
import { nationalLiteral } from "./strings.ts";
import type { VersionRules } from "./versions.ts";

/** Within the load's transaction: remembers which are on, and switches them off. `TA` is a trigger of an assembly. */
export function triggersAway(table: Table): string {
  const name = nationalLiteral(tableIdentifier(table));
  const on = `sysobjects AS o WHERE o.xtype IN (N'TR', N'TA') AND o.parent_obj = OBJECT_ID(${name}) AND OBJECTPROPERTY(o.id, N'ExecIsTriggerDisabled') = 0`;
  const known = `SELECT [trigger] FROM ${triggersOff} WHERE [table] = ${name}`;
  return [
    `IF EXISTS (SELECT * FROM ${on})`,
    "BEGIN",
    `  UPDATE ${triggersOff} SET [isOnAgain] = 0 WHERE [table] = ${name} AND [trigger] IN (SELECT o.name COLLATE DATABASE_DEFAULT FROM ${on})`,
    `  INSERT INTO ${triggersOff} ([table], [trigger], [isOnAgain]) SELECT ${name}, o.name, 0 FROM ${on} AND o.name COLLATE DATABASE_DEFAULT NOT IN (${known})`,
    `  ALTER TABLE ${tableIdentifier(table)} DISABLE TRIGGER ALL`,
    "END",
  ].join("\n");
}

/** Those that were on, and are still there. */
export function triggersBack(table: Table, rules: VersionRules): string {
  const name = nationalLiteral(tableIdentifier(table));
  const those = `FROM ${triggersOff} AS t JOIN sysobjects AS o ON o.parent_obj = OBJECT_ID(${name}) AND o.name COLLATE DATABASE_DEFAULT = t.[trigger] WHERE t.[table] = ${name} AND t.[isOnAgain] = 0`;
  return [
    `DECLARE @statements nvarchar(${rules.maxTypes ? "max" : "4000"})`,
    "SET @statements = N''",
    `SELECT @statements = @statements + ${nationalLiteral(`ALTER TABLE ${tableIdentifier(table)} ENABLE TRIGGER `)} + QUOTENAME(o.name) + N' ' ${those}`,
    "EXEC (@statements)",
    `IF @@ERROR = 0 UPDATE ${triggersOff} SET [isOnAgain] = 1 WHERE [table] = ${name}`,
  ].join("\n");
}

const stateForm = /\b(ENABLE|DISABLE)\s+TRIGGER\s+(.+?)(?:\s+ON\s|;|$)/is;

function isMentioned(names: string, name: string): boolean {
  return (
    /^ALL\s*$/i.test(names) || names.split(",").some((each) => lastPart(each).toUpperCase() === name.toUpperCase())
  );
}

function lastPart(text: string): string {
  const [, bracketed, plain] = /(?:\[((?:[^\]]|\]\])*)\]|([^.[\]\s"]+))["\s]*$/.exec(text.trim()) ?? [];
  return bracketed?.replaceAll("]]", "]") ?? plain ?? "";
}

/** Was the trigger off, by what the schema says behind it? */
export function isDisabled(trigger: string, attachments: readonly Attachment[]): boolean {
  let isOff = false;
  for (const { kind, name, sql } of attachments) {
    const [, verb, names = ""] = (kind === "trigger" && name === undefined ? stateForm.exec(sql) : null) ?? [];
    if (verb !== undefined && isMentioned(names, trigger)) isOff = verb.toUpperCase() === "DISABLE";
  }
  return isOff;
}

export function disable(table: Table, trigger: string): string {
  return `ALTER TABLE ${tableIdentifier(table)} DISABLE TRIGGER ${identifier(trigger)}`;
}
