/**
 * A registry that holds one image, as far as an engine needs one to pull from
 * it. Engines speak plain HTTP with 127.0.0.0/8.
 *
 * @module
 */

const TYPES = "application/vnd.docker";
const MANIFEST = `${TYPES}.distribution.manifest.v2+json`;

type Bytes = Uint8Array<ArrayBuffer>;

/** Starts the registry; its image is `<address>/tiny:1`, an empty archive. */
export async function startRegistry(): Promise<
  AsyncDisposable & { readonly address: string }
> {
  const blobs = await imageBlobs();
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const server = Deno.serve(options, ({ url }) => {
    const { pathname } = new URL(url);
    if (pathname === "/v2/") return new Response();
    const body = blobs.get(pathname.split("/").at(-1)!);
    const type = pathname.includes("/manifests/") ? MANIFEST : `${TYPES}.blob`;
    return body
      ? new Response(body, { headers: { "content-type": type } })
      : new Response(null, { status: 404 });
  });
  return {
    address: `127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** The parts of the image by their digests, and its manifest by its tag. */
async function imageBlobs(): Promise<ReadonlyMap<string, Bytes>> {
  const blobs = new Map<string, Bytes>();
  const add = async (mediaType: string, body: Bytes) => {
    const hash = await crypto.subtle.digest("SHA-256", body);
    const digest = `sha256:${new Uint8Array(hash).toHex()}`;
    blobs.set(digest, body);
    return { mediaType, size: body.length, digest };
  };
  const json = (value: unknown): Bytes =>
    new TextEncoder().encode(JSON.stringify(value));
  const archive = new Uint8Array(1024);
  const layer = await add(`${TYPES}.image.rootfs.diff.tar.gzip`, archive);
  const rootfs = { type: "layers", diff_ids: [layer.digest] };
  const about = { architecture: "amd64", os: "linux", config: {}, rootfs };
  const config = await add(`${TYPES}.container.image.v1+json`, json(about));
  const head = { schemaVersion: 2, mediaType: MANIFEST };
  const manifest = json({ ...head, config, layers: [layer] });
  await add(MANIFEST, manifest);
  return blobs.set("1", manifest);
}
