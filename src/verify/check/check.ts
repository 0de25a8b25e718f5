/** CHECK constraints, read and evaluated on canonical values. */
import type { Column, Table } from "../../schema/model.ts";
import type { CanonicalValue } from "../../values/codec.ts";
import { NotUnderstood } from "./not-understood.ts";
import { Parser } from "./parse.ts";
import { undecided } from "./terms.ts";

export interface CompiledCheck {
  /** The columns that the expression names, in table order. */
  readonly columns: readonly Column[];
  /**
   * Does the row satisfy the constraint? As on the server it does unless the expression is false, so true where NULLs leave it
   * open. `"unknown"`: the row is not checked, since the answer hangs on the exact sort order of a collation, or the server
   * itself would fail (an overflow, a division by zero). `row` gives the canonical value of a stored column.
   */
  evaluate(row: (column: Column) => CanonicalValue): true | false | "unknown";
}

export interface NotChecked {
  /** The first thing that is not understood; its subject is the constraint: `calls GETDATE, which is not evaluated`. */
  readonly reason: string;
}

/** Compiles a CHECK's expression (without its keyword; parentheses as they come). Never throws for what it cannot read. */
export function compileCheck(expression: string, table: Table): CompiledCheck | NotChecked {
  try {
    return compile(new Parser(expression, table));
  } catch (error) {
    if (error instanceof NotUnderstood) return { reason: error.message };
    throw error;
  }
}

function compile(parser: Parser): CompiledCheck {
  const condition = parser.parse();
  return {
    columns: parser.columns,
    evaluate(row) {
      const truth = condition.holds(row);
      return truth === undecided ? "unknown" : truth !== false;
    },
  };
}
