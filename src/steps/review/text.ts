/** Bytes of evidence as text. */

/** UTF-8 where they are that, else each byte as the character of Windows' usual code page. */
export function printableBytes(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return text.includes("\uFFFD") && !bytes.includes(Buffer.from("\uFFFD")) ? bytes.toString("latin1") : text;
}
