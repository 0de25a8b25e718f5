/** The masks of an incident: what its recipe says, and what was asked for besides. */
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../errors.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import { maskFault, parseMask } from "../recipe/masks.ts";
import { masksBy } from "../report/masks.ts";
import type { Masks } from "../report/masks.ts";

const secretBytes = 32;

/**
 * `extra`: patterns besides the recipe's. Makes `staging/mask.key` where a pattern hashes and there is none yet.
 * @throws UserError for a pattern that is none, or matches no column
 */
export function masksOf(incident: Incident, extra: readonly string[] = []): Masks {
  const { tables, recipe } = incident;
  const texts = [...new Set([...recipe.report.mask, ...extra])];
  return masksBy({
    tables,
    patterns: texts.map((text) => {
      const fault = maskFault(text, tables);
      const pattern = parseMask(text);
      if (fault === undefined && !("fault" in pattern)) return pattern;
      throw new UserError({
        what: `the mask ${JSON.stringify(text)}: ${fault}`,
        remedy: "Name a column of the rebuilt tables, as in Email, *Phone*=hash or dbo.Customers.Name",
      });
    }),
    natural: (table) => recipe.rules.tables[table.id]?.identity?.natural ?? [],
    secret: () => secretOf(layoutOf(incident.directory).maskKey),
  });
}

/** Made once, so that the same staging gives the same bytes; nobody but its owner reads it. */
function secretOf(file: string): Buffer {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  if (!fs.existsSync(file)) {
    const part = `${file}.part`;
    fs.writeFileSync(part, `${randomBytes(secretBytes).toString("hex")}\n`, { mode: 0o600 });
    fs.renameSync(part, file);
  }
  const secret = Buffer.from(fs.readFileSync(file, "utf8").trim(), "hex");
  if (secret.length === secretBytes) return secret;
  throw new UserError({
    what: "this is no key for hashed values",
    where: { file },
    remedy: "Remove it: a new one is made, and hashes come out otherwise than before",
  });
}
