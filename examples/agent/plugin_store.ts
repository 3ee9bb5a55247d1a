/**
 * The agent's own plugin store: the manifests and bundles of the example
 * plugins, over HTTP.
 *
 * Permissions: `--allow-read=examples/plugins`.
 *
 * @module
 */

/** The manifests of the example plugins, below the store's address. */
export const MANIFESTS = [
  "container-journal/manifest.json",
  "webhook-notifier/manifest.yaml",
  "uptime-checker/manifest.json",
] as const;

const TYPES: ReadonlyMap<string, string> = new Map([
  ["container-journal/manifest.json", "application/json"],
  ["container-journal/bundle/index.js", "text/javascript"],
  ["webhook-notifier/manifest.yaml", "application/yaml"],
  ["webhook-notifier/bundle/index.js", "text/javascript"],
  ["uptime-checker/manifest.json", "application/json"],
  ["uptime-checker/bundle/index.js", "text/javascript"],
]);

/**
 * Answers with a file of the store.
 *
 * @param file The file, below the store's address.
 * @returns The file, or 404.
 */
export async function storeFile(file: string): Promise<Response> {
  const type = TYPES.get(file);
  if (type === undefined) {
    return new Response(`The store has ${[...TYPES.keys()].join(", ")}\n`, {
      status: 404,
    });
  }
  const bytes = await Deno.readFile(
    new URL(`../plugins/${file}`, import.meta.url),
  );
  return new Response(bytes, { headers: { "content-type": type } });
}
