/** The dialects that rebuild scripts can be written in. A new one adds its line here. */
import { UserError } from "../errors.ts";
import type { Emitter } from "./emitter.ts";
import mysql from "./mysql/index.ts";
import postgres from "./postgres/index.ts";
import sqlite from "./sqlite/index.ts";
import sqlserver from "./sqlserver/index.ts";

const emitters: readonly Emitter[] = [sqlserver, postgres, mysql, sqlite];

/** Throws UserError for a dialect that nobody writes. */
export function findEmitter(id: string): Emitter {
  const emitter = emitters.find((candidate) => candidate.id === id);
  if (emitter !== undefined) return emitter;
  throw new UserError({
    what: `there is no emitter ${JSON.stringify(id)}`,
    remedy: `Set target.dialect to one of: ${emitters.map((known) => known.id).join(", ")}`,
  });
}
