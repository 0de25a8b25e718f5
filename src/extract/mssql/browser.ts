/**
 * Asks the SQL Server Browser for the port of a named instance ([MC-SQLR] 2.2.3, CLNT_UCAST_INST). The driver's own question sends four requests
 * whatever is answered, and waits for its whole patience on each.
 */
import dgram from "node:dgram";
import { UserError } from "../../errors.ts";

const browserPort = 1434;
const patience = 1500;
const tries = 3;
const unicastInstance = 0x04;
const answerHead = 3;

/** Throws UserError where nobody answers, there is no such instance, or it does not listen on TCP. */
export async function findInstance(host: string, instance: string): Promise<number> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const answer = await ask(host, instance);
    if (answer !== undefined) return portIn(answer, host, instance);
  }
  throw new UserError({
    what: `the SQL Server Browser of ${host} (UDP port ${browserPort}) does not say where instance ${instance} listens`,
    remedy: "Name the instance's `port`, or start the SQL Server Browser and let UDP through",
  });
}

/** Undefined where no answer came in time. */
function ask(host: string, instance: string): Promise<string | undefined> {
  const socket = dgram.createSocket(host.includes(":") ? "udp6" : "udp4");
  const question = Buffer.from([unicastInstance, ...Buffer.from(`${instance}\0`)]);
  return new Promise<string | undefined>((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), patience);
    socket.once("message", (message) => resolve(message.toString("latin1", answerHead)));
    socket.once("error", reject);
    socket.once("close", () => clearTimeout(timer));
    socket.send(question, browserPort, host, (error) => error && reject(error));
  }).finally(() => socket.close());
}

/** `ServerName;HOST;InstanceName;SALES;IsClustered;No;Version;15.0.2000.5;tcp;49822;;`. */
function portIn(answer: string, host: string, instance: string): number {
  const parts = answer.split(";");
  const named = parts.findIndex(
    (part, at) => part === "InstanceName" && parts[at + 1]?.toUpperCase() === instance.toUpperCase(),
  );
  const port = named < 0 ? Number.NaN : Number(parts[parts.indexOf("tcp", named) + 1]);
  if (Number.isInteger(port) && port > 0 && port <= 65_535) return port;
  throw new UserError({
    what: `the SQL Server Browser of ${host} names no TCP port of instance ${instance}`,
    remedy: "Correct `instance`, switch TCP on for it, or name its `port`",
  });
}
