/** Where literals of a statement end, for logs that write statements and what stands behind them on one line. */

export interface TextEnd {
  /** The text ends inside a literal or a quoted name. */
  readonly isOpen: boolean;
  /** Behind the first semicolon outside of literals; -1 where there is none. */
  readonly afterStatement: number;
}

const closing: Readonly<Record<string, string>> = { "'": "'", '"': '"', "`": "`", "[": "]" };

/** `backslashes`: a backslash in a literal takes the quote behind it along, as in MySQL. */
export function scanLiterals(text: string, backslashes: boolean): TextEnd {
  let closes = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (closes === "") {
      if (character === ";") return { isOpen: false, afterStatement: at + 1 };
      closes = closing[character] ?? "";
    } else if (character === "\\" && backslashes && closes !== "`") at++;
    else if (character === closes) closes = "";
  }
  return { isOpen: closes !== "", afterStatement: -1 };
}
