import { describe, expect, it } from "vitest";
import { label, listed, momentOf, showBytes, showMoment, showShare, showSpan } from "../../src/page/format.ts";

describe("how pages write", () => {
  it.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1_000, "1.0 kB"],
    [310_442, "310 kB"],
    [2_104_233, "2.1 MB"],
    [5e15, "5,000 TB"],
  ])("%i bytes as %s", (bytes, shown) => expect(showBytes(bytes)).toBe(shown));

  it.each([
    [0, 0, "0%"],
    [0, 5, "0%"],
    [5, 5, "100%"],
    [99_999, 100_000, "99.9%"],
    [1, 100_000, "<0.1%"],
    [1, 2, "50%"],
  ])("%i of %i as %s", (part, whole, shown) => expect(showShare(part, whole)).toBe(shown));

  it.each([
    [0, "less than a second"],
    [360_000, "6 minutes"],
    [198_000_000, "2 days 7 hours"],
    [86_400_000, "1 day"],
    [86_460_000, "1 day"],
  ])("%i ms as %s", (span, shown) => expect(showSpan(span)).toBe(shown));

  it.each([
    ["2026-03-14T04:00:00Z", "2026-03-14 04:00 UTC"],
    ["2026-03-14T09:45:00.000+05:45", "2026-03-14 04:00 UTC"],
  ])("%s as %s", (iso, shown) => expect(showMoment(momentOf(iso) ?? NaN)).toBe(shown));

  it.each([null, undefined, "", "yesterday", "2026-03-14T04:00:00", "14 March 2026", "2026-99-99T99:99:99Z"])(
    "%j is no moment: no machine's time zone is guessed",
    (text) => expect(momentOf(text)).toBeUndefined(),
  );

  it("cuts names without tearing a pair of surrogates", () => {
    expect(label("12345👩x", 7)).toBe("12345…");
    expect(label("a\nb", 10)).toBe(String.raw`a\nb`);
    expect(listed(["a", "b", "c"], 2)).toBe("a, b and 1 more");
  });
});
