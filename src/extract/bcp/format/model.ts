/** What a format file says of a data file, whichever way it is written. */
import type { SqlType } from "../../../schema/model.ts";
import type { PrefixLength } from "../native/prefixes.ts";

export interface BcpField {
  /** The column that it feeds; "" where the format file gives it none. */
  readonly name: string;
  /** Text in a code page, text in UTF-16LE, or a value in the server's own form. */
  readonly kind: "char" | "nchar" | "native";
  /** The column's type as far as the format file knows it; of a native field the form of its values. */
  readonly type?: SqlType;
  readonly prefix: PrefixLength;
  /** Bytes of every value, where neither a prefix nor a terminator says how long one is. */
  readonly width?: number;
  /** As it lies in the file; none where it is empty. */
  readonly terminator: Buffer;
  /** Of text in a code page, where it is known. */
  readonly collation?: string;
}

export interface BcpFormat {
  readonly fields: readonly BcpField[];
  /** `non-XML, version 12.0`. */
  readonly form: string;
  /** What people should know of the format file. */
  readonly notes: readonly string[];
}
