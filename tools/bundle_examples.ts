/**
 * Bundles the example plugins for their manifests, which promise the bundles'
 * digests. With `--check` it writes nothing, and fails where a bundle or a
 * digest is not what the sources make.
 *
 * Needs `--allow-read`, `--allow-run` of Deno itself and, to write,
 * `--allow-write` of the example plugins. `deno bundle` fetches its bundler
 * from npm when it is first run.
 *
 * @module
 */
import { repository } from "./package_config.ts";

const PLUGINS = [
  ["examples/plugins/container-journal", "manifest.json"],
  ["examples/plugins/webhook-notifier", "manifest.yaml"],
  ["examples/plugins/uptime-checker", "manifest.json"],
] as const;

/** A generated file. */
interface Product {
  readonly path: string;
  readonly text: string;
}

async function bundle(entry: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    // Minified, so that a comment in what they share makes no new release.
    args: ["bundle", "--quiet", "--minify", "--keep-names", entry],
    cwd: repository,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  if (success) return text.decode(stdout);
  throw new Error(`Cannot bundle "${entry}": ${text.decode(stderr)}`);
}

async function digestOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return `sha256-${new Uint8Array(digest).toBase64()}`;
}

async function productsOf(
  [folder, manifest]: typeof PLUGINS[number],
): Promise<Product[]> {
  const code = await bundle(`${folder}/plugin.ts`);
  const integrity = await digestOf(code);
  const described = await Deno.readTextFile(at(`${folder}/${manifest}`));
  return [
    { path: `${folder}/bundle/index.js`, text: code },
    {
      path: `${folder}/${manifest}`,
      text: described.replace(/sha256-[A-Za-z0-9+/]+=*/, integrity),
    },
  ];
}

async function write({ path, text }: Product): Promise<void> {
  await Deno.mkdir(at(path.slice(0, path.lastIndexOf("/"))), {
    recursive: true,
  });
  await Deno.writeTextFile(at(path), text);
}

async function isCurrent({ path, text }: Product): Promise<boolean> {
  const stored = await Deno.readTextFile(at(path)).catch(() => undefined);
  if (stored !== text) {
    console.error(`${path} is out of date: run deno task bundle:examples`);
  }
  return stored === text;
}

function at(path: string): string {
  return `${repository}/${path}`;
}

const products = (await Promise.all(PLUGINS.map(productsOf))).flat();
if (Deno.args.includes("--check")) {
  const current = await Promise.all(products.map(isCurrent));
  if (current.includes(false)) Deno.exit(1);
} else {
  await Promise.all(products.map(write));
}
