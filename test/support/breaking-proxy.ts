/** Stands between a driver and its server, and cuts connections where a test wants it: between any two bytes. */
import net from "node:net";
import type { AddressInfo } from "node:net";

export interface BreakingProxy {
  readonly port: number;
  /** How many connections were cut. */
  cuts(): number;
  /** After how many bytes of the server's the next connections are cut, each its own; then none is. */
  cutAfter(bytes: readonly number[]): void;
  close(): Promise<void>;
}

export async function breakingProxy(target: { readonly host: string; readonly port: number }): Promise<BreakingProxy> {
  const limits: number[] = [];
  const open = new Set<net.Socket>();
  let cut = 0;
  const server = net.createServer((client) => {
    const upstream = net.connect(target);
    const limit = limits.shift();
    let sent = 0;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("error", end);
      socket.on("close", () => open.delete(socket));
    }
    client.on("close", end);
    // What came before the cut still reaches the client.
    upstream.on("close", () => client.end());
    client.pipe(upstream);
    upstream.on("data", (chunk: Buffer) => {
      const left = limit === undefined ? chunk.length : Math.min(chunk.length, limit - sent);
      sent += chunk.length;
      if (!client.write(chunk.subarray(0, left))) upstream.pause();
      if (left === chunk.length) return;
      cut++;
      upstream.destroy();
    });
    client.on("drain", () => upstream.resume());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cuts: () => cut,
    cutAfter: (bytes) => void limits.splice(0, limits.length, ...bytes),
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
