/**
 * `fleet publish`: signs a release, and keeps it with its code.
 *
 * @module
 */
import {
  digestOfCode,
  publishRelease,
  type Release,
  type ReleasePlugin,
} from "../../fleet/mod.ts";
import { parseManifest } from "../../install/mod.ts";
import type { PassphraseOptions } from "../keys/passphrase.ts";
import { type CliCommand, defineCommand } from "../program/cli_command.ts";
import { UsageError } from "../program/fail.ts";
import {
  type FleetOptions,
  openRegistry,
  readFleet,
  readSigningKey,
} from "./fleet_folder.ts";

/** One plugin of a release file; paths are relative to the file. */
interface ListedPlugin
  extends Partial<Omit<ReleasePlugin, "manifest" | "digest">> {
  readonly manifest: string;
  readonly code: string;
}

/** Publishes a release. */
export const publish: CliCommand = defineCommand<
  FleetOptions & PassphraseOptions
>({
  summary: "Sign a release, and keep it with its code; agents do not change",
  examples: ["fleet publish release.json"],
  permissions: "--allow-read --allow-net (for the servers)\n" +
    "  --allow-env=DOCKSTAT_KEY_PASSPHRASE (where the passphrase is in it)",
  configure(command) {
    command
      .argument("<file>", "{ release, plugins: { name: { manifest, code } } }")
      .option("--dir <folder>", "what fleet init made", "fleet")
      .option("--passphrase-file <file>", "holds the key's passphrase");
  },
  async run(context, { dir, ...options }, [path = ""]) {
    const { output } = context;
    const { fleet } = await readFleet(dir);
    const { release, code } = await readRelease(path, fleet);
    const key = await readSigningKey(dir, "release", context, options);
    await using registry = await openRegistry(dir);
    const digest = await publishRelease(registry, { release, code }, key);
    output.line(`Published "${release.release}" as ${digest}.`);
    output.line(`Next: fleet rollout start ${release.release} --ring <ring>`);
    output.json({ release: release.release, digest });
  },
});

/** Reads a release file, and what it leads to. */
async function readRelease(
  path: string,
  fleet: string,
): Promise<{ release: Release; code: Record<string, string> }> {
  const listed = await readListed(path);
  const folder = path.replace(/[^/\\]*$/, "");
  const plugins: Record<string, ReleasePlugin> = {};
  const code: Record<string, string> = {};
  for (const [name, plugin] of Object.entries(listed.plugins)) {
    const { manifest: manifestPath, code: codePath, ...rest } = plugin;
    const text = await Deno.readTextFile(`${folder}${manifestPath}`);
    const format = /\.ya?ml$/.test(manifestPath) ? "yaml" : "json";
    const { manifest } = await parseManifest(text, format, manifestPath);
    const { plugin: _, ...fields } = manifest;
    const source = await Deno.readTextFile(`${folder}${codePath}`);
    code[name] = source;
    plugins[name] = {
      state: "enabled",
      ...rest,
      version: manifest.version,
      digest: digestOfCode(source),
      manifest: fields,
    };
  }
  return { release: { fleet, release: listed.release, plugins }, code };
}

async function readListed(
  path: string,
): Promise<{ release: string; plugins: Record<string, ListedPlugin> }> {
  const value = JSON.parse(await Deno.readTextFile(path));
  const plugins = Object.values(value?.plugins ?? {}) as ListedPlugin[];
  const isListed = typeof value?.release === "string" &&
    typeof value.plugins === "object" && value.plugins !== null &&
    plugins.every((plugin) =>
      typeof plugin?.manifest === "string" && typeof plugin.code === "string"
    );
  if (isListed) return value;
  throw new UsageError(
    `Cannot publish "${path}": it is not of the form { "release": "…", ` +
      '"plugins": { "name": { "manifest": "path", "code": "path" } } }',
  );
}
