/** Servers on loopback for the tests of this folder. */

/** A server that is gone when it is disposed of. */
export interface Loopback extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** The requests that came, as `METHOD /path`. */
  readonly requests: string[];
}

/** Serves answers by path; everything else is 404. */
export function serve(
  routes: Record<string, (request: Request) => Response | Promise<Response>>,
): Loopback {
  const requests: string[] = [];
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(options, (request) => {
    const { pathname } = new URL(request.url);
    requests.push(`${request.method} ${pathname}`);
    return routes[pathname]?.(request) ??
      new Response("Not Found", { status: 404 });
  });
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Answers every connection with the same bytes, and closes it. */
export function serveBytes(answer: string): Loopback {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const requests: string[] = [];
  const done = (async () => {
    for await (const connection of listener) {
      using open = connection;
      const bytes = new Uint8Array(4096);
      const length = await open.read(bytes) ?? 0;
      const text = new TextDecoder().decode(bytes.subarray(0, length));
      requests.push(text.slice(0, text.indexOf(" HTTP")));
      await open.write(new TextEncoder().encode(answer));
    }
  })();
  return {
    origin: `http://127.0.0.1:${listener.addr.port}`,
    requests,
    async [Symbol.asyncDispose]() {
      listener.close();
      await done;
    },
  };
}

/** An answer that redirects. */
export function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location } });
}

/**
 * A fetch to which the origins given are the loopback server: real requests,
 * under names that this machine cannot resolve.
 */
export function fetchAs(
  origins: readonly string[],
  { origin }: Loopback,
): typeof globalThis.fetch {
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const known = origins.includes(url.origin);
    return fetch(known ? `${origin}${url.pathname}${url.search}` : url, init);
  };
}
