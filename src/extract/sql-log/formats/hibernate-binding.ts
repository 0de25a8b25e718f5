/**
 * `binding parameter [1] as [VARCHAR] - [x]`, and `binding parameter (1:VARCHAR) <- [x]` from Hibernate 6 on.
 * Source: `BasicBinder` and `JdbcBindingLogging` of hibernate/hibernate-orm.
 */
import { NotLogged, type Bound } from "../parameters.ts";

const binding = /^binding parameter (?:\[(\d+)\] as \[(\w+)\] - \[|\((\d+):(\w+)\) <- \[)/;
const texts = /^(?:N?CHAR|N?VARCHAR|LONGN?VARCHAR|LONG32N?VARCHAR|N?CLOB|ENUM|NAMED_ENUM)$/;
const wholeNumbers = /^(?:TINYINT|SMALLINT|INTEGER|BIGINT|DECIMAL|NUMERIC|BOOLEAN|BIT|UUID)$/;
const floats = /^(?:FLOAT|DOUBLE|REAL)$/;
const forms: Readonly<Record<string, RegExp>> = {
  DATE: /^\d{4}-\d\d-\d\d$/,
  TIME: /^\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/,
  TIMESTAMP: /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/,
};
/** How Java writes an object that says nothing of itself. */
const identity = /@[0-9a-f]{4,8}$|^\{clob\}$/;

export interface Binding {
  /** 1-based. */
  readonly place: number;
  readonly value: Bound;
}

/** Undefined of other messages. */
export function readBinding(message: string): Binding | undefined {
  const found = binding.exec(message);
  if (found === null) return undefined;
  const place = Number(found[1] ?? found[3]);
  const type = (found[2] ?? found[4] ?? "").toUpperCase();
  const [first = "", ...others] = message.split(/\r?\n/);
  const isWhole = first.endsWith("]") && !others.some((line) => line.endsWith("]"));
  if (!isWhole) return { place, value: new NotLogged("stands in the log so that its end cannot be told") };
  return { place, value: valueOf(first.slice(found[0].length, -1), type) };
}

function valueOf(text: string, type: string): Bound {
  const isText = texts.test(type);
  if (text === "null") return isText ? new NotLogged("the log writes as [null], which is NULL or that text") : null;
  if (isText) return identity.test(text) ? new NotLogged("the log does not write: it holds an object") : text;
  if (wholeNumbers.test(type) || floats.test(type)) return text;
  if (forms[type]?.test(text) === true) return /:\d\d:|^\d{4}-\d\d-\d\d$/.test(text) ? text : `${text}:00`;
  return new NotLogged(`the log does not write as the server was given it: it is of the type ${type}`);
}
