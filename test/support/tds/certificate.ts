/**
 * A certificate for localhost that nobody has signed, good for a hundred years; made by
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1`.
 * Its key protects nothing.
 */
import fs from "node:fs";
import type { Certificate } from "./tls.ts";

const read = (name: string): string => fs.readFileSync(new URL(name, import.meta.url), "utf8");

export const localhost: Certificate = { key: read("localhost.key.pem"), cert: read("localhost.cert.pem") };
