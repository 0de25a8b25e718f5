/** Something that is no plain value: thrown while a row is read, caught where the row goes to quarantine. */
export class Unreadable extends Error {
  /** A sentence without its full stop: `calls GETDATE(), which is no plain value`. */
  readonly reason: string;

  constructor(reason: string) {
    // Logs throw millions of them, and nobody reads their stacks: those were an eighth of the time.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(reason);
    Error.stackTraceLimit = limit;
    this.name = "Unreadable";
    this.reason = reason;
  }
}
