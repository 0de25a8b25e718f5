/** Numbers whose decimal point is not written, as mainframe programs (COBOL: PIC S9(7)V99) print them. */

/** The last digit with a sign punched over it, as it looks after a translation from EBCDIC: `{` is +0, `}` is -0, `A` +1, `J` -1. */
const plusDigits = "{ABCDEFGHI";
const minusDigits = "}JKLMNOPQR";

const form = /^([+-]?)(\d*)([\d{A-I}J-R])([+-]?)$/;

/** `0001234` with two decimals is `12.34`, exactly; undefined for what is no such number. */
export function impliedDecimal(text: string, decimals: number): string | undefined {
  const [, before = "", digits = "", last = "", after = ""] = form.exec(text.trim()) ?? [];
  if (last === "" || (before !== "" && after !== "")) return undefined;
  const [digit, punched] = lastDigit(last);
  if (punched !== "" && before + after !== "") return undefined;
  const sign = `${before}${after}${punched}` === "-" ? "-" : "";
  const all = `${digits}${digit}`.padStart(decimals + 1, "0");
  const point = all.length - decimals;
  return `${sign}${all.slice(0, point).replace(/^0+(?=\d)/, "")}${decimals === 0 ? "" : `.${all.slice(point)}`}`;
}

function lastDigit(last: string): readonly [digit: string, sign: string] {
  const [plus, minus] = [plusDigits.indexOf(last), minusDigits.indexOf(last)];
  if (plus >= 0) return [String(plus), "+"];
  return minus >= 0 ? [String(minus), "-"] : [last, ""];
}
