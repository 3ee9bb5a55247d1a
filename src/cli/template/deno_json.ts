/**
 * The `deno.json` of a new plugin.
 *
 * @module
 */
import { VERSION } from "../../shared/version.ts";
import type { NewPlugin } from "./new_plugin.ts";

const PACKAGE = "@dockstat/plugin-handler";

/** A server notices clients that go away, and Deno warns of nothing. */
const SERVES = "--allow-net=127.0.0.1 --unstable-no-legacy-abort";

const SIGNS = "--allow-env=DOCKSTAT_KEY_PASSPHRASE";

/** The text of the file. */
export function denoJson({ links }: Pick<NewPlugin, "links">): string {
  const cli = (command: string, flags = "") =>
    `deno run --allow-read --allow-run=deno${flags} jsr:${PACKAGE}@^${VERSION}/cli ${command}`;
  const config = {
    exports: "./plugin.ts",
    tasks: {
      dev: cli("dev", ` --allow-write=. ${SERVES}`),
      preview: cli("preview", ` --allow-write ${SERVES}`),
      check: cli("check"),
      bundle: cli("bundle", " --allow-write=."),
      test: "deno test --allow-read",
      sign: cli("sign", ` --allow-write=. ${SIGNS}`),
      repo: cli("repo", ` --allow-write=. ${SERVES}`),
      publish: cli("publish", ` --allow-write=. ${SIGNS}`),
    },
    imports: {
      [PACKAGE]: `jsr:${PACKAGE}@^${VERSION}`,
      "@std/assert": "jsr:@std/assert@^1.0.14",
    },
    ...(links === undefined ? {} : { links }),
    compilerOptions: { strict: true, noUncheckedIndexedAccess: true },
    fmt: { proseWrap: "preserve" },
    exclude: ["bundle"],
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
