/** Lines of the two families of web server logs as requests. */

/** Fields by their W3C names (https://www.w3.org/TR/WD-logfile.html); what is `-` is not there. */
export interface LoggedRequest {
  readonly fields: ReadonlyMap<string, string>;
  /** As it is written; with an offset only where the log says one. */
  readonly time: string | undefined;
  /** The name of the last field, whose end may be missing where the line has no newline. */
  readonly last: string | undefined;
  /** Is a + in its path a blank, as IIS writes one? */
  readonly isPlusBlank: boolean;
}

/** `%h %l %u %t "%r" %>s %b`, and `"%{Referer}i" "%{User-agent}i"` and more behind. */
const access =
  /^(?<client>\S+) (?<ident>\S+) (?<user>.*?) \[(?<time>[^\]]{1,40})\] "(?<request>(?:[^"\\]|\\.)*)" (?<status>\d{3}|-)(?: (?<bytes>\d+|-)(?: .*)?)?$/s;
const requestLine = /^(?<method>[A-Za-z]+) (?<uri>\S+)(?: HTTP\/[\d.]+)?$/;

/** Undefined where the line is of another form. */
export function readAccess(line: string): LoggedRequest | undefined {
  const groups = access.exec(line)?.groups;
  if (groups === undefined) return undefined;
  const { request = "", time, user = "-", client = "-", status = "-", bytes } = groups;
  const asked = requestLine.exec(unescape(request))?.groups ?? {};
  const [path = "", query = "-"] = splitOnce(asked["uri"] ?? "-", "?");
  const fields = present([
    ["c-ip", client],
    ["cs-username", user],
    ["cs-method", asked["method"] ?? "-"],
    ["cs-uri-stem", pathOf(path)],
    ["cs-uri-query", query],
    ["sc-status", status],
  ]);
  return { fields, time, last: bytes === undefined ? "sc-status" : undefined, isPlusBlank: false };
}

/** Apache and nginx write \\xhh for bytes that are no plain characters. */
function unescape(request: string): string {
  return request.replaceAll(/\\(?:x([0-9A-Fa-f]{2})|(.))/g, (_, hex: string | undefined, other: string) =>
    hex === undefined ? other : `%${hex}`,
  );
}

/** A proxy's request names the whole URL. */
function pathOf(target: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/]*(?<path>.*)$/i.exec(target)?.groups?.["path"] ?? target;
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function present(pairs: readonly (readonly [name: string, value: string])[]): Map<string, string> {
  return new Map(pairs.filter(([, value]) => value !== "-"));
}

/** The extended format, line by line: what `#Fields` and `#Date` say counts for the lines below. */
export class ExtendedLines {
  #names: readonly string[] | undefined;
  #date: string | undefined;

  /** The line was one of the directives. */
  direct(line: string): boolean {
    const [, name, value = ""] = /^#([A-Za-z-]+):\s*(.*)$/.exec(line) ?? [];
    if (name?.toLowerCase() === "fields") this.#names = value.trim().toLowerCase().split(/\s+/);
    if (name?.toLowerCase() === "date") this.#date = /^\d{4}-\d\d-\d\d/.exec(value)?.[0];
    return line.startsWith("#");
  }

  /** Or the reason why it cannot be read. Values have + for blanks; a tab or blanks stand between them. */
  read(line: string): LoggedRequest | string {
    const names = this.#names;
    if (names === undefined) return "no #Fields line stands above it";
    const values = line.trim().split(/[ \t]+/);
    if (values.length !== names.length) return `it has ${values.length} fields, and #Fields names ${names.length}`;
    const fields = present(names.map((name, index) => [name, values[index] ?? "-"]));
    const date = fields.get("date") ?? this.#date;
    const clock = fields.get("time");
    const time = date === undefined || clock === undefined ? undefined : `${date} ${clock}`;
    return { fields, time, last: names.at(-1), isPlusBlank: true };
  }
}
