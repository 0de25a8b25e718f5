/** What every reader of native values has in common. */
import type { RawValue } from "../../../values/codec.ts";

/**
 * The bytes of one field, without their length prefix, as a value that the codec of its type takes; undefined for bytes that
 * are none of the type's. The bytes are the caller's buffer: a reader that keeps some copies them.
 */
export type ReadValue = (bytes: Buffer) => RawValue | undefined;
