/** What differs from one run of a dump program to the next is taken out of its head and its foot; the rows are left alone. */

/** Lines of the head, up to the first that holds no comment and no command of a client, are kept unless they are of `passing`. */
export function withoutLines(dump: Buffer, passing: RegExp, headEnds: RegExp): Buffer {
  const text = dump.toString("latin1");
  const end = headEnds.exec(text)?.index ?? 0;
  return Buffer.from(text.slice(0, end).replaceAll(passing, "") + text.slice(end), "latin1");
}

/** Without what the dump ends with. */
export function withoutEnd(dump: Buffer, ending: RegExp): Buffer {
  return Buffer.from(dump.toString("latin1").replace(ending, ""), "latin1");
}
