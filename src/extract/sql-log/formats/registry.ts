/** The formats by their names in recipes. */
import type { LogFormat } from "../event.ts";
import { ef6 } from "./ef6.ts";
import { efcore } from "./efcore.ts";

export const formatIds = ["efcore", "ef6"] as const;

export const formats: Readonly<Record<(typeof formatIds)[number], LogFormat>> = { efcore, ef6 };
