/** Bytes as JSON carries them. */

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const base64Url = /^[A-Za-z0-9_-]*={0,2}$/;
const hex = /^(?:[0-9A-Fa-f]{2})*$/;

export type BytesForm = "base64" | "base64-url-safe" | "hex";

/** Undefined where the text is not of the form. */
export function readBytesText(text: string, form: BytesForm): Buffer | undefined {
  if (form === "hex") return hex.test(text) ? Buffer.from(text, "hex") : undefined;
  if (form === "base64") return base64.test(text) ? Buffer.from(text, "base64") : undefined;
  return base64Url.test(text) ? Buffer.from(text, "base64url") : undefined;
}

/** Could it be bytes in base64 as well as in hex? */
export function isBase64OrHex(text: string): boolean {
  return text !== "" && text.length % 4 === 0 && hex.test(text);
}

/** Two's complement, big end first. */
export function readUnscaled(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString("hex")}`));
}

/** `12345` with the scale 2: `123.45`; a scale below zero adds zeros. */
export function scaled(unscaled: bigint, scale: number): string {
  if (scale <= 0) return (unscaled * 10n ** BigInt(-scale)).toString();
  const sign = unscaled < 0n ? "-" : "";
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
