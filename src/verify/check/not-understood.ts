/** Thrown while a CHECK is read, at the first thing that is not understood; `compileCheck` alone catches it. */
export class NotUnderstood extends Error {
  override readonly name = "NotUnderstood";
}
