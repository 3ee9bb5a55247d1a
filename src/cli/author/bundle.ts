/**
 * `bundle`: one file of a plugin's sources, and a manifest that pins it.
 *
 * @module
 */
import { basename, dirname, join, relative } from "@std/path";
import { type CliCommand, defineCommand } from "../program/cli_command.ts";
import { digestOf } from "../../shared/digest.ts";
import { bundleCode, type BundledCode } from "../../project/bundle_code.ts";
import { nameMap } from "../../project/portable_map.ts";
import { type Project, readProject } from "../project/read_project.ts";
import { newManifest } from "../project/new_manifest.ts";
import { type ManifestFile, renewManifest } from "../project/manifest_file.ts";
import { replaceFile } from "../files/write_file.ts";
import { kilobytes, weightWarning } from "../project/weigh.ts";

interface BundleOptions {
  readonly minify?: boolean;
  readonly sourcemap: "inline" | "external" | "none";
  readonly repository?: string;
}

/** What bundling wrote. */
export interface BundledProject {
  readonly project: Project & { readonly manifest: ManifestFile };
  readonly code: string;
  readonly integrity: string;
  readonly warnings: readonly string[];
}

/** Bundles a plugin. */
export const command: CliCommand = defineCommand<BundleOptions>({
  examples: ["bundle", "bundle my-plugin --minify --sourcemap inline"],
  permissions: "--allow-read --allow-write=. --allow-run=deno",
  configure(command) {
    command
      .argument("[dir]", "the project's folder", ".")
      .option("--minify", "make the code small")
      .addOption(
        command.createOption("--sourcemap <where>", "where the map goes")
          .choices(["inline", "external", "none"]).default("external"),
      )
      .option("--repository <address>", "for a manifest that is to be made");
  },
  async run({ output, signal }, options, [dir = "."]) {
    output.progress("Bundling");
    const bundled = await bundleProject(dir, { ...options, signal });
    output.progress("");
    const { project, integrity, code, warnings } = bundled;
    for (const warning of warnings) output.warn(warning);
    const size = new TextEncoder().encode(code).length;
    output.line(`${project.bundlePath}: ${kilobytes(size)}`);
    output.line(`${project.manifest.path}: ${integrity}`);
    output.json({
      bundle: project.bundlePath,
      manifest: project.manifest.path,
      integrity,
      sizeBytes: size,
      warnings,
    });
  },
});

/** Bundles a project, and renews its manifest. */
export async function bundleProject(
  dir: string,
  { minify = false, sourcemap, repository, signal }: BundleOptions & {
    readonly signal: AbortSignal;
  },
): Promise<BundledProject> {
  const read = await readProject(dir);
  const bundled = await bundleCode({
    folder: read.folder,
    entry: read.entry,
    minify,
    sourceMap: sourcemap,
    signal,
  });
  const { map } = bundled;
  const code = sourcemap === "external"
    ? nameMap(bundled.code, mapNameOf(read.bundlePath))
    : bundled.code;
  const integrity = digestOf(code);
  const manifest = read.manifest ??
    await newManifest(read, { code, repository, signal });
  const isSame = manifest.fields.integrity === integrity;
  const unsigned = !isSame && manifest.fields.signature !== undefined;
  const text = renewManifest(manifest, {
    bundle: bundleField(read.bundlePath, manifest),
    integrity,
    // It covered other code.
    ...(unsigned ? { signature: undefined, keyId: undefined } : {}),
  });
  signal.throwIfAborted();
  await writeBundle(read.bundlePath, { code, map }, sourcemap);
  await replaceFile(manifest.path, text);
  const weight = weightWarning(code, map);
  return {
    project: { ...read, manifest: { ...manifest, text } },
    code,
    integrity,
    warnings: [
      ...(weight === undefined ? [] : [weight]),
      ...(unsigned
        ? ["the manifest's signature was of other code and is gone: sign it"]
        : []),
    ],
  };
}

async function writeBundle(
  path: string,
  { code, map }: BundledCode,
  sourcemap: BundleOptions["sourcemap"],
): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const mapPath = join(dirname(path), mapNameOf(path));
  if (sourcemap === "external") {
    await replaceFile(mapPath, JSON.stringify(map));
  } else {
    await Deno.remove(mapPath).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
  await replaceFile(path, code);
}

function mapNameOf(bundlePath: string): string {
  return `${basename(bundlePath)}.map`;
}

function bundleField(bundlePath: string, { path, fields }: ManifestFile) {
  const { bundle } = fields;
  if (typeof bundle === "string") return bundle;
  return relative(dirname(path), join(bundlePath)).replaceAll("\\", "/");
}
