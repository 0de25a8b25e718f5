/** UTF-16 code units as the T-SQL lexer tells them apart. Facts: Transact-SQL reference, "Identifiers", "Constants". */

export const CODE = {
  tab: 9,
  lf: 10,
  verticalTab: 11,
  formFeed: 12,
  cr: 13,
  space: 32,
  quote: 39,
  doubleQuote: 34,
  dollar: 36,
  dash: 45,
  dot: 46,
  slash: 47,
  star: 42,
  colon: 58,
  at: 64,
  bracketOpen: 91,
  bracketClose: 93,
  backslash: 92,
  bang: 33,
  underscore: 95,
  hash: 35,
  noBreakSpace: 0xa0,
  byteOrderMark: 0xfeff,
} as const;

/** "money and smallmoney": the signs that begin an amount. */
export const currencySigns = new Set("$¢£¤¥৲৳฿៛₠₡₢₣₤₥₦₧₨₩₪₫€₭₮₯₰₱﷼﹩＄￠￡￥￦");
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Blanks besides the newline, which counts lines. */
export function isBlank(code: number): boolean {
  return (
    code === CODE.space ||
    code === CODE.tab ||
    code === CODE.cr ||
    code === CODE.verticalTab ||
    code === CODE.formFeed ||
    code === CODE.noBreakSpace ||
    code === CODE.byteOrderMark
  );
}

/** Does a name without quotes begin with this character? */
export function isWordStart(code: number): boolean {
  if (code > 127) return !isBlank(code) && !currencySigns.has(String.fromCharCode(code));
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === CODE.underscore || code === CODE.hash;
}

export function isWordPart(code: number): boolean {
  return isWordStart(code) || isDigit(code) || code === CODE.at || code === CODE.dollar;
}
