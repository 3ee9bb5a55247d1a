/**
 * Serves a repository's folder: what installers and browsers need, and nothing
 * else of it, such as keys.
 *
 * @module
 */
import { extname, join } from "@std/path";

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".yaml": "application/yaml; charset=utf-8",
  ".yml": "application/yaml; charset=utf-8",
};

const HEADERS = {
  "access-control-allow-origin": "*",
  "cache-control": "no-cache",
  "x-content-type-options": "nosniff",
};

/**
 * Makes the handler of requests.
 *
 * @param root The folder; nothing outside of it is served, links included.
 */
export async function serveFolder(
  root: string,
): Promise<(request: Request) => Promise<Response>> {
  const real = await Deno.realPath(root);
  return async (request) => {
    const { method } = request;
    if (method === "OPTIONS") return new Response(null, { headers: HEADERS });
    if (method !== "GET" && method !== "HEAD") {
      return answer(405, "only GET and HEAD are served");
    }
    const path = pathOf(request.url);
    if (path === undefined) return answer(400, "the address is malformed");
    const type = TYPES[extname(path)];
    if (type === undefined || /(?:^|\/)\./.test(path)) {
      return answer(404, "there is no such file");
    }
    const bytes = await readInside(real, path);
    if (bytes === undefined) return answer(404, "there is no such file");
    const headers = { ...HEADERS, "content-type": type };
    return new Response(method === "HEAD" ? null : bytes, { headers });
  };
}

/** The path below the root, without a slash in front. */
function pathOf(url: string): string | undefined {
  try {
    const path = decodeURIComponent(new URL(url).pathname);
    return path.includes("\0") ? undefined : path.replace(/^[/\\]+/, "");
  } catch {
    return undefined;
  }
}

/** Resolved first: neither `..` nor a link leads out. */
async function readInside(
  root: string,
  path: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const real = await Deno.realPath(join(root, path));
    if (!real.startsWith(`${root}/`) && !real.startsWith(`${root}\\`)) {
      return undefined;
    }
    return await Deno.readFile(real);
  } catch {
    return undefined;
  }
}

function answer(status: number, text: string): Response {
  const headers = { ...HEADERS, "content-type": "text/plain; charset=utf-8" };
  return new Response(`${text}\n`, { status, headers });
}
