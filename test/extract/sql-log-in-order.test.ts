/** The order in which what came about is handed on. */
import { describe, expect, it } from "vitest";
import { InOrder } from "../../src/extract/sql-log/in-order.ts";
import type { Entry } from "../../src/extract/sql-log/journal.ts";

function entry(line: number): Entry {
  return { outcome: { kind: "skip", rule: "test" }, at: undefined, line, raw: "" };
}

function listen(): { readonly order: InOrder; readonly lines: number[] } {
  const lines: number[] = [];
  return { order: new InOrder(({ line }) => void lines.push(line)), lines };
}

describe("what came about", () => {
  it("waits for an older statement of which nobody knows yet whether it failed", () => {
    const { order, lines } = listen();
    const session = { held: [entry(1)] };
    order.await(session);
    order.add([entry(2), entry(3)]);
    order.settle({ held: [] });
    expect(lines).toEqual([]);
    order.add(session.held);
    order.settle(session);
    expect(lines).toEqual([1, 2, 3]);
  });

  it("does not wait for a younger one, nor for one that failed", () => {
    const { order, lines } = listen();
    const [older, younger] = [{ held: [entry(1)] }, { held: [entry(5)] }];
    order.await(older);
    order.await(younger);
    order.add([entry(3)]);
    order.settle(older);
    expect(lines).toEqual([3]);
  });

  it("does not wait for ever for a session that says no more", () => {
    const { order, lines } = listen();
    order.await({ held: [entry(1)] });
    const many = Array.from({ length: 100_001 }, (_, index) => entry(index + 2));
    order.add(many);
    expect(lines).toHaveLength(many.length);
    order.add([entry(200_000)]);
    order.settle({ held: [] });
    expect(lines.at(-1)).toBe(200_000);
  });

  it("is handed on beside any number of sessions that say no more", () => {
    const { order, lines } = listen();
    order.add([entry(1)]);
    for (let line = 2; line < 300_000; line++) order.await({ held: [entry(line)] });
    order.settle({ held: [] });
    expect(lines).toEqual([1]);
  });
});
