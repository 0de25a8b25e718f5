/** The statements of one text, as a log holds it. */
import type { Dialect } from "../sql-script/dialects/dialect.ts";
import type { Session } from "../sql-script/session.ts";

export interface LoggedStatement {
  readonly text: string;
  /** Its first word in upper case; empty where it begins with none. */
  readonly verb: string;
  /** The place of every `?` in it among those of the whole text, 1-based, by where it begins in `text`. */
  readonly places: ReadonlyMap<number, number>;
  /** The text ends inside a literal or a comment. */
  readonly isBroken: boolean;
}

/** The statements in their order; blank ones are none. */
export function splitStatements(text: string, dialect: Dialect, session: Session): LoggedStatement[] {
  const lexer = dialect.lexer(text, session, true);
  const statements: LoggedStatement[] = [];
  let place = 0;
  lexer.next();
  while (lexer.kind !== "end") {
    if (lexer.isSymbol(";") || lexer.kind === "go") {
      lexer.next();
      continue;
    }
    const { start, upper: verb } = lexer;
    const places = new Map<number, number>();
    const end = dialect.ending(verb);
    let last = lexer.end;
    let isBroken = false;
    do {
      if (lexer.isSymbol("?")) places.set(lexer.start - start, ++place);
      isBroken ||= lexer.kind === "broken";
      last = lexer.end;
      end.accept(lexer);
      lexer.next();
    } while (end.continues(lexer));
    statements.push({ text: text.slice(start, last), verb, places, isBroken });
  }
  return statements;
}
