/**
 * Fails where the published package would hold a file outside of the folders
 * that belong to it. It reads the list of a dry run:
 *
 * ```sh
 * deno run --allow-read --allow-run=deno tools/check_published.ts published.deno.json
 * ```
 *
 * @module
 */
import { unexpectedFiles } from "./published_files.ts";

const [config = "deno.json"] = Deno.args;
const { success, stdout, stderr } = await new Deno.Command("deno", {
  args: [
    "publish",
    "--dry-run",
    "--allow-dirty",
    "--no-lock",
    "--config",
    config,
  ],
  env: { NO_COLOR: "1" },
}).output();
const decoder = new TextDecoder();
const output = decoder.decode(stdout) + decoder.decode(stderr);
const unexpected = unexpectedFiles(output);
console.log(output);
for (const file of unexpected) console.error(`${file}: not to be published`);
if (!success || unexpected.length > 0) Deno.exit(1);
