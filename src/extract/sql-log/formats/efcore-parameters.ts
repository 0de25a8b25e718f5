/** `@p0='x' (Size = 4000), @p1=NULL (DbType = Int32)`: EF Core doubles no quote. */
import { NotLogged, type Bindings, type Bound } from "../parameters.ts";
import { readMarked } from "./marked-parameters.ts";

const beginning = /(?:^|, )(@?\w+)=(?=NULL|')/g;
const whole = /^(?:NULL|'([\s\S]*)')((?: \([A-Za-z]+ = [^()]*\))*)$/;
const cutBytes = /^0x[0-9A-F]{64}\.\.\.$/;

/** `sql`: the statements that they belong to. */
export function readParameters(text: string, sql: string): Bindings {
  return readMarked(text, sql, { beginning, whole, valueOf });
}

function valueOf([, value, attributes = ""]: RegExpExecArray): Bound {
  if (/\(Direction = /.test(attributes)) return new NotLogged("is given by the server");
  if (value === undefined) return null;
  if (value === "?") return new NotLogged("the log hides");
  return cutBytes.test(value) ? new NotLogged("the log cuts behind 32 bytes") : value;
}

/** The first number of the generated names (`p0`), and the one behind the last; -1 where there are none. */
export function ordinalsOf(bindings: Bindings): { first: number; next: number } {
  const ordinals = [...bindings.keys()].flatMap((name) => (/^p\d+$/.test(name) ? [Number(name.slice(1))] : []));
  return ordinals.length === 0
    ? { first: -1, next: 0 }
    : { first: Math.min(...ordinals), next: Math.max(...ordinals) + 1 };
}
