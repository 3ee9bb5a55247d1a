/**
 * Makes the package, does everything of publishing it but the upload, and fails
 * where it would hold a file that does not belong to it. With `--jsr` it
 * depends on the real packages of JSR, as when it is published; otherwise on the
 * stand-ins of `links/`.
 *
 * Needs `--allow-read`, `--allow-write` of the temporary folder and
 * `--allow-run` of Deno itself.
 *
 * @module
 */
import { buildPackage } from "./build_package.ts";
import { unexpectedFiles } from "./published_files.ts";
import { standIns } from "./stand_ins.ts";

const folder = await Deno.makeTempDir();
try {
  await buildPackage(folder);
  if (!Deno.args.includes("--jsr")) await linkStandIns();
  const { success, output } = await dryRun();
  const unexpected = unexpectedFiles(output, folder);
  console.log(output);
  for (const file of unexpected) console.error(`${file}: not to be published`);
  if (!success || unexpected.length > 0) Deno.exitCode = 1;
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function linkStandIns(): Promise<void> {
  const path = `${folder}/deno.json`;
  const config = JSON.parse(await Deno.readTextFile(path));
  const links = await standIns();
  await Deno.writeTextFile(path, JSON.stringify({ ...config, links }));
}

async function dryRun(): Promise<{ success: boolean; output: string }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["publish", "--dry-run", "--allow-dirty", "--no-lock"],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { success, output: decoder.decode(stdout) + decoder.decode(stderr) };
}
