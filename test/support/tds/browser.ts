/** A SQL Server Browser: says by UDP on which port an instance listens ([MC-SQLR] 2.2.5). */
import dgram from "node:dgram";

export interface Browser {
  /** The instances that were asked for. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** On the browser's usual port. Says nothing of instances that it does not know, as the real one does. */
export async function startBrowser(instances: Readonly<Record<string, number | undefined>>): Promise<Browser> {
  const socket = dgram.createSocket("udp4");
  const asked: string[] = [];
  socket.on("message", (message, from) => {
    const name = message.toString("latin1", 1).replace(/\0$/, "");
    asked.push(name);
    if (!Object.hasOwn(instances, name)) return;
    const port = instances[name];
    const tcp = port === undefined ? "" : `tcp;${port};`;
    const body = Buffer.from(`ServerName;DB;InstanceName;${name};IsClustered;No;Version;16.0.4135.4;${tcp};`);
    const head = Buffer.from([5, body.length & 0xff, body.length >> 8]);
    socket.send(Buffer.concat([head, body]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(1434, "127.0.0.1", resolve));
  return { asked, close: () => new Promise((resolve) => socket.close(() => resolve())) };
}
