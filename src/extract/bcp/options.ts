/** The options of a `bcp` source. */
import { z } from "zod";
import { dateFormatOption } from "../records/date-option.ts";
import { fileOptions } from "../records/file-options.ts";

const terminator = z.string().min(1);

export const options = z
  .strictObject({
    ...fileOptions,
    format: z
      .string()
      .min(1)
      .optional()
      .describe(
        "The format file that they were written with (`-f`), XML or not, relative to the recipe. It is evidence too.",
      ),
    mode: z
      .enum(["char", "widechar", "native", "widenative"])
      .optional()
      .describe(
        "How they were written without a format file: char is `bcp -c`, widechar `-w`, native `-n`, widenative `-N`. Native files hold the target table's columns, all of them and in their order.",
      ),
    encoding: z
      .string()
      .min(1)
      .optional()
      .describe(
        "The code page of text that is not UTF-16, as iconv-lite names it: bcp writes the OEM code page (cp437, cp850) unless it was told another one (`-C`). Default: that of the collation in the format file, or of the column of a native file; else UTF-8.",
      ),
    fields: z
      .array(z.string())
      .min(1)
      .optional()
      .describe(
        "The names of the columns of a char or widechar file. Default: the target table's columns in their order.",
      ),
    fieldTerminator: terminator
      .optional()
      .describe("What ends a field (`-t`), as bcp takes it: `\\t`, `|`, `0x1f`. Default: a tab."),
    rowTerminator: terminator
      .optional()
      .describe(
        "What ends a row (`-r`): `|\\n`, `0x0a`. A `\\n` at its end is CRLF or LF, whichever the beginning of the file has; `0x0a` is the line feed alone. Default: `\\n`.",
      ),
    dateFormat: dateFormatOption,
  })
  .refine(({ format, mode }) => (format === undefined) !== (mode === undefined), {
    error: "a source has either a `format` file or a `mode`",
  })
  .refine(
    ({ mode, fields, fieldTerminator, rowTerminator }) =>
      mode === "char" || mode === "widechar" || (fields ?? fieldTerminator ?? rowTerminator) === undefined,
    {
      error:
        "`fields`, `fieldTerminator` and `rowTerminator` are for the modes char and widechar: a format file has its own, and native files have none",
    },
  );

export type BcpOptions = z.infer<typeof options>;
export type BcpMode = NonNullable<BcpOptions["mode"]>;
