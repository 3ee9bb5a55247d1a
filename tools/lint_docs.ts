/**
 * Runs `deno doc --lint` on every export of the package.
 *
 * Needs `--allow-read` and `--allow-run` of Deno itself.
 *
 * @module
 */
import {
  exportedFiles,
  readPackageConfig,
  repository,
} from "./package_config.ts";

const files = exportedFiles(await readPackageConfig());
const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["doc", "--lint", ...files],
  cwd: repository,
  stdin: "null",
  stdout: "null",
  stderr: "inherit",
}).output();
console.log(`Documentation of ${files.join(", ")}: exit ${code}`);
Deno.exit(code);
