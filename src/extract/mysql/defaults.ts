/** Defaults in one form: MariaDB shows an expression, MySQL the bare text of a constant. */

interface Defaulted {
  readonly declaredType: string;
  readonly default: string | null;
  readonly extra: string;
}

const numeric = /^(?:tinyint|smallint|mediumint|int|bigint|decimal|float|double|year)\b/i;
const temporal = /^(?:timestamp|datetime|date|time)\b/i;

/** As SQL; undefined where there is none, or it is NULL. */
export function defaultText(
  { declaredType, default: written, extra }: Defaulted,
  isMariaDb: boolean,
): string | undefined {
  if (written === null || (isMariaDb && written === "NULL")) return undefined;
  const isExpression = isMariaDb || /DEFAULT_GENERATED/i.test(extra) || numeric.test(declaredType);
  if (isExpression || (temporal.test(declaredType) && /^CURRENT_TIMESTAMP/i.test(written))) return written;
  return `'${written.replaceAll("'", "''")}'`;
}
