import { describe, expect, it } from "vitest";
import { Fault, UserError } from "../../src/errors.ts";
import { packError, unpackError } from "../../src/threads/errors.ts";

/** As it arrives on the other side of a message port. */
function passed(thrown: unknown): Error {
  return unpackError(structuredClone(packError(thrown)));
}

describe("an error that passes from thread to thread", () => {
  it("stays a UserError with what, where, remedy and causes", () => {
    const cause = Object.assign(new Error("disk on fire"), { code: "EIO" });
    const where = { file: "a.db", table: "dbo.Orders" };
    const error = new UserError({ what: "it cannot be read", remedy: "Copy it", where, cause });
    const arrived = passed(error);
    expect(arrived).toBeInstanceOf(UserError);
    expect(arrived).toMatchObject({ what: error.what, remedy: error.remedy, where, message: error.message });
    expect(arrived.cause).toMatchObject({ message: "disk on fire", code: "EIO" });
    expect(arrived.stack).toBe(error.stack);
  });

  it("stays a Fault", () => {
    const fault = new Fault("two and two are five");
    const arrived = passed(fault);
    expect(arrived).toBeInstanceOf(Fault);
    expect([arrived.message, arrived.stack]).toEqual([fault.message, fault.stack]);
  });

  it("keeps the code by which a full disk is known, and its name", () => {
    const full = Object.assign(new RangeError("no room"), { code: "SQLITE_FULL" });
    expect(passed(full)).toMatchObject({ name: "RangeError", message: "no room", code: "SQLITE_FULL" });
    expect(passed(new TypeError("x"))).not.toHaveProperty("code");
  });

  it("is made of whatever was thrown", () => {
    expect(passed("just a text").message).toBe("just a text");
    expect(passed(undefined).message).toBe("undefined");
  });
});
