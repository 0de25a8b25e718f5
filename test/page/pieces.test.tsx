import { describe, expect, it } from "vitest";
import { sourceColours } from "../../src/page/colours.ts";
import { Sentence, Text, Value } from "../../src/page/pieces.tsx";

function html(node: unknown): string {
  return String(node);
}

describe("a value on a page", () => {
  it.each([
    [{ text: null }, '<span class="nothing">NULL</span>'],
    [{ text: "" }, '<span class="nothing">empty text</span>'],
    [{ text: "null" }, '<bdi class="value" dir="auto">&quot;null&quot;</bdi>'],
    [{ text: " a " }, '<bdi class="value" dir="auto"><mark>·</mark>a<mark>·</mark></bdi>'],
    [{ text: "a\nb" }, String.raw`<bdi class="value" dir="auto">a<mark>\n</mark>${"\n"}b</bdi>`],
    [{ text: "a\u202Eb" }, String.raw`<bdi class="value" dir="auto">a<mark>\u{202E}</mark>b</bdi>`],
    [
      { text: "abc", length: 3000 },
      '<bdi class="value" dir="auto">abc<span class="cut">… (3,000 characters)</span></bdi>',
    ],
  ])("%j", (of, shown) => expect(html(<Value of={of} />)).toBe(shown));

  it("says where the whole of a cut one is, and only of a cut one", () => {
    const cut = html(<Value of={{ text: "abcdef" }} most={3} whole="/whole?a=1&b=2" />);
    expect(cut).toContain('abc<span class="cut">… (6 characters)</span>');
    expect(cut).toContain('<a class="whole" href="/whole?a=1&amp;b=2" download="">');
    expect(html(<Value of={{ text: "abc" }} most={3} whole="/whole" />)).not.toContain("<a");
  });
});

describe("our own words", () => {
  it("show commands as code, and what sources wrote as text", () => {
    expect(html(<Sentence of="Run `salvage run` <b>now</b>." />)).toBe(
      "<bdi>Run </bdi><code><bdi>salvage run</bdi></code><bdi> &lt;b&gt;now&lt;/b&gt;.</bdi>",
    );
  });

  it("are left alone where a backtick has no other", () => {
    expect(html(<Sentence of="a ` b" />)).toBe("<bdi>a ` b</bdi>");
  });

  it("never tear a character apart where they are cut", () => {
    expect(html(<Text of="a😀b" most={2} />)).toContain("<bdi>a<span");
  });
});

describe("colours of sources", () => {
  it("go by the order of the sources; the ninth and strangers are neutral", () => {
    const names = Array.from({ length: 9 }, (_, index) => `s${index}`);
    expect([...names, "other"].map(sourceColours(names))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 0, 0]);
  });
});
