import { assertEquals } from "@std/assert";
import { hasStaticBody, wholeBody } from "../../src/shared/static_body.ts";

function post(body: BodyInit | null): Request {
  return new Request("http://localhost/", { method: "POST", body });
}

Deno.test("wholeBody() gives what is all there, and leaves the request as it is", async () => {
  const bytes = new Uint8Array([1, 2]);
  const request = post("text");
  assertEquals(wholeBody(request), "text");
  assertEquals(wholeBody(post(bytes)), bytes);
  assertEquals(wholeBody(post(null)), null);
  assertEquals(wholeBody(new Request("http://localhost/")), null);
  assertEquals([request.bodyUsed, await request.clone().text()], [
    false,
    "text",
  ]);
});

Deno.test("wholeBody() tells nothing of what streams", () => {
  for (const body of [new ReadableStream(), new FormData(), new Blob(["x"])]) {
    assertEquals(wholeBody(post(body)), undefined);
  }
});

Deno.test("wholeBody() knows requests that came over the network", async () => {
  const seen: unknown[] = [];
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const whole = wholeBody(request);
      const text = await request.text();
      const isRight = whole === undefined ||
        (whole === null
          ? text === ""
          : text === (typeof whole === "string"
            ? whole
            : new TextDecoder().decode(whole)));
      seen.push(isRight && text.length);
      return new Response();
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  for (const size of [0, 10, 5_000_000]) {
    const init = size === 0 ? {} : { method: "POST", body: "x".repeat(size) };
    await (await fetch(url, init)).body?.cancel();
  }
  assertEquals(seen, [0, 10, 5_000_000]);
});

Deno.test("hasStaticBody() tells responses that stream from those that do not", () => {
  for (const body of ["text", new Uint8Array(1), null]) {
    assertEquals(hasStaticBody(new Response(body)), true);
  }
  assertEquals(hasStaticBody(Response.json({})), true);
  assertEquals(hasStaticBody(new Response(new ReadableStream())), false);
  const touched = new Response("text");
  assertEquals(touched.body instanceof ReadableStream, true);
});
