/** Does an emission need people, and for what? */
import type { AssertionSummary, SourceSummary, TableSummary, Verdict } from "../../report/summary.ts";
import type { OpenSource } from "../standings.ts";

/** What needs people besides what the summary counts. */
export interface Findings extends SourceFindings {
  /** Rows that are emitted as the recipe says, although a constraint of the target refuses them. */
  readonly kept: number;
  /** Rows that are not written since somebody decided so. */
  readonly decidedAgainst: number;
}

/** All that the verdict hangs on besides what sources and tables came to. */
interface Judged extends Findings {
  readonly assertions: readonly AssertionSummary[];
}

/** What of the sources needs people, besides the records in quarantine. */
interface SourceFindings {
  /** Sources from which records are missing: `export: a.csv.gz: the file is cut short`. */
  readonly losses: readonly string[];
  /** Cells that were kept as raw text, since their types could not hold them. */
  readonly unparsed: number;
}

/** What of the sources needs people besides their quarantine. */
export function sourceFindings(sources: readonly OpenSource[]): SourceFindings {
  const notes = sources.map(({ source, reader }) => ({ id: source.id, ...reader.notes() }));
  return {
    losses: notes.flatMap(({ id, losses }) => losses.map((loss) => `${id}: ${loss}`)),
    unparsed: notes.flatMap(({ unparsed }) => unparsed).reduce((sum, { cells }) => sum + cells, 0),
  };
}

/** People are needed for contested and replaced cells, rows withheld or refused, records quarantined or missing, cells that did not parse, assertions that fail. */
export function verdictOf(
  sources: readonly SourceSummary[],
  tables: readonly TableSummary[],
  { losses, unparsed, kept, decidedAgainst, assertions }: Judged,
): Verdict {
  const open =
    losses.length > 0 ||
    unparsed + kept > 0 ||
    assertions.some(({ holds }) => !holds) ||
    sources.some((source) => source.quarantined > 0) ||
    tables.reduce((sum, { withheld }) => sum + withheld, 0) > decidedAgainst ||
    tables.some(({ cells }) => cells.contested + cells.nulled + cells.defaulted > 0);
  return open ? "needs-review" : "clean";
}
