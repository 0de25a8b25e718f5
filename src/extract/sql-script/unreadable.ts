/** Something that is no plain value: thrown while a row is read, caught where the row goes to quarantine. */
export class Unreadable extends Error {
  /** A sentence without its full stop: `calls GETDATE(), which is no plain value`. */
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.name = "Unreadable";
    this.reason = reason;
  }
}
