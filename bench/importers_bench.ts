/**
 * The ways of importing plugins, and the same by hand. A module stays in its
 * process for good and slows the next import down, so that each run has a
 * process of its own; `nothing` is what starting one costs.
 *
 * Run `deno run -A bench/importers_child.ts "blob importer" 1000 1000` for the
 * time of the imports alone.
 *
 * @module
 */
import { digestOf } from "../src/shared/digest.ts";

const CHILD = import.meta.resolve("./importers_child.ts");

const WAYS = [
  "nothing",
  "thunks over blob URLs, by hand",
  "blob URLs one by one, by hand",
  "vm.SourceTextModule, by hand",
  "blob importer",
  "data importer",
  "PluginLoader",
];

const SIZES = [
  { group: "1,000 plugins of 1 KB", count: 1_000, bytes: 1_000 },
  { group: "100 plugins of 50 KB", count: 100, bytes: 50_000 },
];

for (const { group, count, bytes } of SIZES) {
  for (const way of WAYS) {
    Deno.bench({
      name: way,
      group,
      baseline: way === WAYS[1],
      n: 3,
      warmup: 1,
      fn: async () => {
        const { success } = await new Deno.Command(Deno.execPath(), {
          args: ["run", "-A", "--no-check", CHILD, way, `${count}`, `${bytes}`],
          stdout: "null",
        }).output();
        if (!success) Deno.exit(1);
      },
    });
  }
}

const code = "export const a = 1;\n".repeat(2_500);
const utf8 = new TextEncoder().encode(code);

Deno.bench({
  name: "crypto.subtle.digest(), by hand",
  group: "digest of 50 KB",
  baseline: true,
  fn: async () => void await crypto.subtle.digest("SHA-256", utf8),
});
Deno.bench({
  name: "digestOf()",
  group: "digest of 50 KB",
  fn: () => void digestOf(code),
});
