/** `salvage review` as it is typed. */
import net from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { Collector, salvage } from "../cli/harness.ts";
import { ask } from "./http.ts";
import { runPeople } from "./people.ts";

describe("salvage review", () => {
  it("says where it is, answers there until it is interrupted, and ends well", async () => {
    const { incident } = await runPeople();
    const [stdout, stderr] = [new Collector(), new Collector()];
    const interruption = new AbortController();
    const code = runCli(["review", "--dir", incident.directory], {
      stdout,
      stderr,
      env: {},
      cwd: incident.directory,
      signal: interruption.signal,
    });
    await expect.poll(() => stdout.text).toContain("Ctrl-C ends it");
    const url = /^Open (\S+)$/m.exec(stdout.text)?.[1] ?? "";
    const { status, text } = await ask(url);
    expect([status, text.includes("<bdi>dbo.People</bdi>")]).toEqual([200, true]);
    expect(stdout.text).toContain("`salvage run` then applies it");
    interruption.abort();
    expect([await code, stderr.text]).toEqual([0, ""]);
    await expect(ask(url)).rejects.toThrow("ECONNREFUSED");
  });

  it("names a port that is in use", async () => {
    const { incident } = await runPeople();
    const taken = net.createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    const { code, stderr } = await salvage(["review", "--dir", incident.directory, "--port", String(port)]);
    taken.close();
    expect(code).toBe(2);
    expect(stderr).toMatch(
      new RegExp(`^salvage: port ${port} of 127.0.0.1 is in use .*\\n.*\\nGive another with --port`, "s"),
    );
  });

  it.each(["x", "0x50", "65536", "-1", ""])("takes no %o for a port", async (port) => {
    const { code, stderr } = await salvage(["review", "--port", port]);
    expect([code, /--port|arguments/.test(stderr)]).toEqual([2, true]);
  });
});
