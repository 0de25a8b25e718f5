/** The flagship rescue comes out the same again, from where it lies and from a bag. */
import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { salvage } from "../cli/harness.ts";
import { temporaryFolder } from "../incident.ts";
import { replayed } from "./incidents.ts";

it("in its directory, and from a bag elsewhere when the evidence is gone", async () => {
  const cwd = fs.realpathSync(temporaryFolder());
  fs.cpSync(path.resolve("recipes/flagship.yaml"), path.join(cwd, "recipes/flagship.yaml"));
  fs.cpSync(path.resolve("fixtures/flagship"), path.join(cwd, "fixtures/flagship"), { recursive: true });
  const ran = await salvage(["run", "recipes/flagship.yaml", "--dir", "incidents/flagship"], { cwd });
  expect(ran.code, ran.stderr).toBe(1);
  const here = await replayed(cwd, ["incidents/flagship"]);
  expect([here.code, here.report.outputs?.different], here.stderr).toEqual([0, []]);
  expect(here.report.outputs?.identical).toBeGreaterThan(25);
  const bagged = await salvage(["bag", "incidents/flagship"], { cwd });
  expect(bagged.code, bagged.stderr).toBe(0);
  const elsewhere = temporaryFolder();
  fs.cpSync(path.join(cwd, "flagship.bag"), path.join(elsewhere, "kept"), { recursive: true });
  fs.renameSync(path.join(cwd, "fixtures"), path.join(cwd, "gone"));
  const there = await replayed(elsewhere, ["kept"]);
  expect([there.code, there.report.outputs], there.stderr).toEqual([0, here.report.outputs]);
}, 180_000);
