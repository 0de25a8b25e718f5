/**
 * A whole page in one file: styles and script stand in it, and a policy (CSP, level 3) lets nothing else run, load or be sent.
 * Every value in it is text; hono/jsx escapes it.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { raw } from "hono/html";
import type { Child } from "hono/jsx";

export interface DocumentParts {
  readonly title: string;
  readonly body: Child;
  /** What the page may do besides showing itself: the review posts forms to where it came from, and fetches from there. */
  readonly forms?: boolean;
  /** Names of sheets in `assets` besides `page`, without their ending; default none. */
  readonly styles?: readonly string[];
  /** Names of scripts in `assets`, without their ending; default none. */
  readonly scripts?: readonly string[];
}

function asset(name: string): string {
  return fs.readFileSync(new URL(`assets/${name}`, import.meta.url), "utf8").replaceAll("\r\n", "\n");
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** The policy of a page with these styles and scripts. */
function contentPolicy(styles: readonly string[], scripts: readonly string[], forms: boolean): string {
  return [
    "default-src 'none'",
    `style-src ${styles.map(hashOf).join(" ")}`,
    `script-src ${scripts.length === 0 ? "'none'" : scripts.map(hashOf).join(" ")}`,
    "img-src data:",
    "base-uri 'none'",
    `form-action ${forms ? "'self'" : "'none'"}`,
    ...(forms ? ["connect-src 'self'"] : []),
  ].join("; ");
}

function policyOf(sheets: readonly string[], code: readonly string[], forms: boolean): Policies {
  // Under `no-referrer` a browser posts `Origin: null`, which tells a server nothing; the address leaves its own origin in neither.
  return { content: contentPolicy(sheets, code, forms), referrer: forms ? "same-origin" : "no-referrer" };
}

/** What a page's `meta` elements say, for a server to say in headers. */
export interface Policies {
  readonly content: string;
  readonly referrer: string;
}

/** The policies of the page that {@link renderDocument} makes of the same parts. */
export function documentPolicies({ forms = false, styles, scripts }: Omit<DocumentParts, "title" | "body">): Policies {
  return policyOf(sheetsOf(styles), codeOf(scripts), forms);
}

function sheetsOf(styles: readonly string[] = []): string[] {
  return ["page", ...styles].map((name) => asset(`${name}.css`));
}

function codeOf(scripts: readonly string[] = []): string[] {
  return scripts.map((name) => asset(`${name}.js`));
}

/** The page as HTML, with its doctype. */
export function renderDocument({ title, body, forms = false, styles, scripts }: DocumentParts): string {
  const sheets = sheetsOf(styles);
  const code = codeOf(scripts);
  const policies = policyOf(sheets, code, forms);
  const page: { toString(): string } = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policies.content} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content={policies.referrer} />
        <title>{title}</title>
        {sheets.map((sheet) => (
          <style>{raw(sheet)}</style>
        ))}
      </head>
      <body>
        {body}
        {code.map((text) => (
          <script>{raw(text)}</script>
        ))}
      </body>
    </html>
  );
  return `<!doctype html>\n${page.toString()}\n`;
}
