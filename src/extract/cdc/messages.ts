/** Reads messages of any of the formats: each shows which one it is of. */
import { CanalReader, isCanal } from "./canal.ts";
import { DebeziumReader, isDebezium, type ReaderContext } from "./debezium.ts";
import { isMaxwell, MaxwellReader } from "./maxwell.ts";
import { faulty, type MessageReader } from "../events/outcome.ts";
import type { Member } from "../text/json.ts";
import { hasMember } from "./members.ts";

interface Format {
  readonly id: string;
  readonly name: string;
  readonly is: (members: readonly Member[]) => boolean;
  readonly read: MessageReader;
}

/** Rows of a change table among messages, as a JSON export of one has them. */
export function withChangeTable(
  read: MessageReader,
  table: (row: readonly Member[]) => ReturnType<MessageReader>,
): MessageReader {
  return (members) => (hasMember(members, "__$operation") ? table(members) : read(members));
}

/** The one that the recipe names, or each that a message shows itself to be of. */
export function messageReader(context: ReaderContext): MessageReader {
  const declared = context.settings.format;
  const formats = formatsOf(context).filter(({ id }) => declared === undefined || id === declared);
  const names = formats.map(({ name }) => name).join(", ");
  return (members) => formats.find(({ is }) => is(members))?.read(members) ?? faulty(`it is no message of ${names}`);
}

function formatsOf(context: ReaderContext): readonly Format[] {
  const [debezium, maxwell, canal] = [
    new DebeziumReader(context),
    new MaxwellReader(context),
    new CanalReader(context),
  ];
  return [
    { id: "canal", name: "Canal", is: isCanal, read: (members) => canal.read(members) },
    { id: "maxwell", name: "Maxwell", is: isMaxwell, read: (members) => maxwell.read(members) },
    { id: "debezium", name: "Debezium", is: isDebezium, read: (members) => debezium.read(members) },
  ];
}
