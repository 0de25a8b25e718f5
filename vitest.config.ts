import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // The fixtures' own extractors import the package by its name; here it is the sources.
  resolve: { alias: { tablesalvage: fileURLToPath(new URL("src/index.ts", import.meta.url)) } },
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    coverage: { include: ["src/**"], exclude: ["src/cli/main.ts"] },
  },
});
