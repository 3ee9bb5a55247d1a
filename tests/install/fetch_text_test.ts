import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { toFileUrl } from "@std/path";
import type {
  FetchedText,
  FetchProgress,
} from "../../src/install/download/fetch_options.ts";
import { fetchText } from "../../src/install/download/fetch_text.ts";
import { fetchAs, redirect, serve, serveBytes } from "./loopback.ts";
import { assertRefused } from "./manifests.ts";

const QUICK = { subject: "manifest", retryDelayMs: 1 } as const;

async function get(
  url: string,
  options: Partial<Parameters<typeof fetchText>[1]> = {},
): Promise<FetchedText> {
  const fetched = await fetchText(url, { ...QUICK, ...options });
  assert(fetched);
  return fetched;
}

Deno.test("fetchText() hands on text, type, address and ETag", async () => {
  await using server = serve({
    "/a": () => redirect("/b?x=1"),
    "/b": () =>
      new Response("\uFEFFtext", {
        headers: { "content-type": "Text/Plain; charset=x", etag: '"1"' },
      }),
  });
  assertEquals(await get(`${server.origin}/a`), {
    text: "\uFEFFtext",
    url: `${server.origin}/b?x=1`,
    status: 200,
    contentType: "text/plain",
    etag: '"1"',
  });
});

Deno.test("fetchText() sends an ETag and says that nothing changed", async () => {
  await using server = serve({
    "/a": ({ headers }) =>
      headers.get("if-none-match") === '"1"'
        ? new Response(null, { status: 304 })
        : new Response("new"),
  });
  const url = `${server.origin}/a`;
  assertEquals(await fetchText(url, { ...QUICK, etag: '"1"' }), null);
  assertEquals((await get(url, { etag: '"0"' })).text, "new");
});

Deno.test("fetchText() refuses a 304 that nobody asked for", async () => {
  await using server = serve({
    "/a": () => new Response(null, { status: 304 }),
  });
  await assertRefused(
    () => get(`${server.origin}/a`),
    "MANIFEST_FETCH_FAILED",
    "answers 304",
  );
});

Deno.test("fetchText() follows five redirects and no more", async () => {
  await using server = serve(Object.fromEntries(
    Array.from({ length: 6 }, (_, i) => [`/${i}`, () => redirect(`/${i + 1}`)]),
  ));
  const { message } = await assertRefused(
    () => get(`${server.origin}/0`),
    "MANIFEST_FETCH_FAILED",
    "redirects more than 5 times",
  );
  assertStringIncludes(message, "/0");
  assertEquals(server.requests.length, 6);
});

Deno.test("fetchText() refuses a redirect to nowhere", async () => {
  await using server = serve({ "/a": () => redirect("http://[") });
  await assertRefused(() => get(`${server.origin}/a`), "MANIFEST_FETCH_FAILED");
});

Deno.test("fetchText() checks where a fetch ended that redirects by itself", async () => {
  await using server = serve({
    "/a": () => redirect("/b"),
    "/b": () => new Response("inside"),
  });
  const follow = () => fetch(`${server.origin}/a`);
  await assertRefused(
    () => get("http://8.8.8.8/a", { fetch: follow, allowPrivateHosts: false }),
    "HOST_NOT_ALLOWED",
  );
});

Deno.test("fetchText() tries again after 5xx and gives the text", async () => {
  let tries = 0;
  await using server = serve({
    "/a": () =>
      ++tries < 3
        ? new Response("busy", { status: 503 })
        : new Response("done"),
  });
  assertEquals((await get(`${server.origin}/a`)).text, "done");
  assertEquals(server.requests.length, 3);
});

Deno.test("fetchText() gives up after its retries", async () => {
  await using server = serve({ "/a": () => new Response("", { status: 500 }) });
  await assertRefused(
    () => get(`${server.origin}/a`, { retries: 1 }),
    "MANIFEST_FETCH_FAILED",
    "answers 500",
  );
  assertEquals(server.requests.length, 2);
});

Deno.test("fetchText() tries again after a broken connection", async () => {
  await using server = serveBytes(
    "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{",
  );
  const error = await assertRefused(
    () => get(`${server.origin}/a`),
    "MANIFEST_FETCH_FAILED",
    "broke off",
  );
  assert(error.cause instanceof Error);
  assertEquals(server.requests.length, 3);
});

Deno.test("fetchText() does not try again after 4xx", async () => {
  await using server = serve({});
  await assertRefused(
    () => get(`${server.origin}/a`),
    "MANIFEST_FETCH_FAILED",
    "answers 404 Not Found",
  );
  assertEquals(server.requests.length, 1);
});

Deno.test("fetchText() says that a host cannot be reached", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const error = await assertRefused(
    () => get(`http://127.0.0.1:${port}/`, { retries: 0 }),
    "MANIFEST_FETCH_FAILED",
    "cannot be reached",
  );
  assert(error.cause instanceof Error);
});

Deno.test("fetchText() says which permission is missing", {
  permissions: { net: false },
}, async () => {
  await assertRefused(
    () => get("http://127.0.0.1:8123/a"),
    "HOST_NOT_ALLOWED",
    "--allow-net=127.0.0.1:8123",
  );
});

Deno.test("fetchText() gives up on a fetch that ignores its signal", async () => {
  await assertRefused(
    () =>
      get("http://8.8.8.8/", {
        timeoutMs: 20,
        fetch: () => new Promise(() => {}),
      }),
    "MANIFEST_FETCH_FAILED",
    "no complete answer within 20 ms",
  );
});

Deno.test("fetchText() counts waits between retries into its time", async () => {
  await using server = serve({ "/a": () => new Response("", { status: 500 }) });
  await assertRefused(
    () => get(`${server.origin}/a`, { timeoutMs: 50, retryDelayMs: 60_000 }),
    "MANIFEST_FETCH_FAILED",
    "within 50 ms",
  );
});

Deno.test("fetchText() stops when it is cancelled", async () => {
  const controller = new AbortController();
  await using server = serve({
    "/a": () => {
      controller.abort(new DOMException("enough", "AbortError"));
      return new Response("late");
    },
  });
  const { signal } = controller;
  const url = `${server.origin}/a`;
  await assertRefused(
    () => get(url, { signal }),
    "MANIFEST_FETCH_FAILED",
    "enough",
  );
  await assertRefused(
    () => get(url, { signal }),
    "MANIFEST_FETCH_FAILED",
    "enough",
  );
  assertEquals(server.requests.length, 1);
});

Deno.test("fetchText() tells how far it has come", async () => {
  const body = "x".repeat(200_000);
  await using server = serve({
    "/a": () => new Response(body, { headers: { "content-length": "200000" } }),
  });
  const seen: FetchProgress[] = [];
  await get(`${server.origin}/a?token=secret`, {
    onProgress: (progress) => seen.push(progress),
  });
  assertEquals(seen.at(-1), {
    subject: "manifest",
    url: `${server.origin}/a`,
    receivedBytes: 200_000,
    totalBytes: 200_000,
  });
});

Deno.test("fetchText() keeps queries and credentials out of messages", async () => {
  await using server = serve({});
  const { message } = await assertRefused(
    () => get(`${server.origin}/a?token=secret`),
    "MANIFEST_FETCH_FAILED",
  );
  assertEquals(message.includes("secret"), false);
});

Deno.test("fetchText() takes a body of exactly the size allowed", async () => {
  await using server = serve({ "/a": () => new Response("12345") });
  const url = `${server.origin}/a`;
  assertEquals((await get(url, { maxBytes: 5 })).text, "12345");
  await assertRefused(() => get(url, { maxBytes: 4 }), "MANIFEST_TOO_LARGE");
});

Deno.test("fetchText() takes an empty body", async () => {
  await using server = serve({ "/a": () => new Response(null) });
  assertEquals((await get(`${server.origin}/a`)).text, "");
});

Deno.test("fetchText() refuses what is not UTF-8", async () => {
  const bytes = new Uint8Array([0x7b, 0xff, 0xfe]);
  await using server = serve({ "/a": () => new Response(bytes) });
  const url = `${server.origin}/a`;
  await assertRefused(() => get(url), "INVALID_MANIFEST", "UTF-8");
  await assertRefused(
    () => get(url, { subject: "bundle" }),
    "MANIFEST_FETCH_FAILED",
  );
});

Deno.test("fetchText() reads files only where it may", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/a.json`, "{}");
    const url = toFileUrl(`${folder}/a.json`).href;
    await assertRefused(() => get(url), "HOST_NOT_ALLOWED", "allowLocalFiles");
    const local = { allowLocalFiles: true };
    assertEquals((await get(url, local)).text, "{}");
    await assertRefused(
      () => get(url, { ...local, maxBytes: 1 }),
      "MANIFEST_TOO_LARGE",
    );
    for (const missing of [`${url}x`, toFileUrl(folder).href]) {
      await assertRefused(() => get(missing, local), "MANIFEST_FETCH_FAILED");
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("fetchText() says that a file may not be read", {
  permissions: { read: false },
}, async () => {
  await assertRefused(
    () => get("file:///etc/hosts", { allowLocalFiles: true }),
    "MANIFEST_FETCH_FAILED",
    "--allow-read",
  );
});

Deno.test("fetchText() makes its requests with the fetch given", async () => {
  await using server = serve({ "/a": () => new Response("by name") });
  const origins = ["http://plugins.invalid"];
  const options = { fetch: fetchAs(origins, server), allowPrivateHosts: false };
  const { text, url } = await get("http://plugins.invalid/a", options);
  assertEquals([text, url], ["by name", "http://plugins.invalid/a"]);
});
