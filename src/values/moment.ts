/** A point in time as a source wrote it, before a type rounds and bounds it. */

/** Filled in place: one serves a column's millions of cells. */
export class Moment {
  /** Since 0001-01-01; -1: the text names no date. */
  days = -1;
  /** 100 ns units since midnight; -1: the text names no time of day. */
  units = -1;
  /** Minutes east of UTC; undefined: the text names no zone. */
  offset: number | undefined = undefined;

  clear(): void {
    this.days = -1;
    this.units = -1;
    this.offset = undefined;
  }
}
