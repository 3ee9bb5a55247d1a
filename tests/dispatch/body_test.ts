import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { PluginError } from "../../src/shared/errors.ts";
import { parseBody, readBody } from "../../src/dispatch/http/body.ts";

const LIMIT = 64;
const LIMITS = { maxBodyBytes: LIMIT, bodyTimeoutMs: 60_000 };

/** Reads and parses, as a route does. */
async function bodyOf(request: Request, limits = LIMITS): Promise<unknown> {
  const bytes = await readBody(request, limits);
  const type = request.headers.get("content-type");
  return bytes && await parseBody(bytes, type);
}

function post(body: BodyInit | null, type?: string, length?: number): Request {
  const headers = new Headers();
  const request = new Request("http://localhost/", { method: "POST", body });
  if (type !== undefined) headers.set("content-type", type);
  if (length !== undefined) headers.set("content-length", String(length));
  if (type === undefined) request.headers.delete("content-type");
  headers.forEach((value, name) => request.headers.set(name, value));
  return request;
}

async function codeOf(reading: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => reading, PluginError)).code;
}

for (const announced of [true, false]) {
  const how = announced ? "announced" : "unannounced";
  const read = (body: string, type?: string) =>
    bodyOf(post(body, type, announced ? body.length : undefined));

  Deno.test(`readBody() parses an ${how} body by its content type`, async () => {
    assertEquals(await read('{"a":[1]}', "application/json"), { a: [1] });
    assertEquals(
      await read("[2]", "application/problem+json; charset=utf-8"),
      [2],
    );
    assertEquals(await read("3", "APPLICATION/JSON;x=y"), 3);
    assertEquals(await read("a=1&b=2", "application/x-www-form-urlencoded"), {
      a: "1",
      b: "2",
    });
    assertEquals(
      await read("abc", "application/octet-stream"),
      new TextEncoder().encode("abc"),
    );
    assertEquals(await read("<a/>", "text/xml"), "<a/>");
    assertEquals(await read("plain"), "plain");
  });

  Deno.test(`readBody() keeps every value of an ${how} form`, async () => {
    const form = await read(
      "a=1&a=2&__proto__=3&constructor=4",
      "application/x-www-form-urlencoded",
    ) as Record<string, unknown>;
    assertEquals(Object.entries(form), [
      ["a", ["1", "2"]],
      ["__proto__", "3"],
      ["constructor", "4"],
    ]);
    assertEquals(Object.getPrototypeOf(form), Object.prototype);
  });

  Deno.test(`readBody() rejects malformed JSON in an ${how} body`, async () => {
    assertEquals(await codeOf(read("{", "application/json")), "INVALID_BODY");
  });

  Deno.test(`readBody() reads an empty ${how} body as undefined`, async () => {
    assertEquals(await read("", "application/json"), undefined);
    assertEquals(await read("", "text/plain"), undefined);
  });

  Deno.test(`readBody() accepts an ${how} body of just the limit`, async () => {
    assertEquals(await read("x".repeat(LIMIT)), "x".repeat(LIMIT));
    assertEquals(await codeOf(read("x".repeat(LIMIT + 1))), "BODY_TOO_LARGE");
  });
}

Deno.test("readBody() reads a missing body as undefined", async () => {
  assertEquals(await bodyOf(post(null)), undefined);
});

Deno.test("readBody() parses multipart forms", async () => {
  const form = new FormData();
  form.set("name", "x");
  form.set("file", new File(["content"], "a.txt"));
  const request = new Request("http://localhost/", {
    method: "POST",
    body: form,
  });
  const read = await bodyOf(request, { ...LIMITS, maxBodyBytes: 1024 });
  assertInstanceOf(read, FormData);
  assertEquals(read.get("name"), "x");
  assertEquals(await (read.get("file") as File).text(), "content");
});

Deno.test("readBody() rejects a malformed multipart form", async () => {
  const request = post("not a form", "multipart/form-data; boundary=x");
  assertEquals(await codeOf(bodyOf(request)), "INVALID_BODY");
});

Deno.test("readBody() rejects a multipart form wherever it breaks off", async () => {
  const limits = { ...LIMITS, maxBodyBytes: 1024 };
  const form = new FormData();
  form.append("name", "x");
  form.append("file", new File(["--content--"], "a.txt"));
  const sent = new Response(form);
  const type = sent.headers.get("content-type")!;
  const text = await sent.text();
  for (let size = 1; size < text.trimEnd().length; size++) {
    const whole = post(text.slice(0, size), type);
    assertEquals(
      await codeOf(bodyOf(whole, limits)),
      "INVALID_BODY",
      `${size}`,
    );
    const { body } = new Response(text.slice(0, size));
    const streamed = post(body!, type);
    assertEquals(
      await codeOf(bodyOf(streamed, limits)),
      "INVALID_BODY",
      `${size}`,
    );
  }
  for (const more of ["", "\r\n", "\r\nan epilogue"]) {
    const whole = post(text.trimEnd() + more, type);
    const read = await bodyOf(whole, limits) as FormData;
    assertEquals([...read.keys()], ["name", "file"], more);
  }
});

Deno.test("readBody() reads a multipart form without fields, and quoted boundaries", async () => {
  const empty = post("--x--\r\n", "multipart/form-data; boundary=x");
  assertEquals([...await bodyOf(empty) as FormData], []);
  const part = 'content-disposition: form-data; name="a"\r\n\r\n1\r\n';
  const quoted = post(
    `--x y\r\n${part}--x y--\r\n`,
    'multipart/form-data; boundary="x y"',
  );
  assertEquals([...await bodyOf(quoted) as FormData], [["a", "1"]]);
});

Deno.test("readBody() refuses an announced length before reading", async () => {
  const request = post("small", "text/plain", LIMIT + 1);
  assertEquals(await codeOf(bodyOf(request)), "BODY_TOO_LARGE");
  assertEquals(request.bodyUsed, false);
});

Deno.test("readBody() stops an endless stream at the limit", async () => {
  let pulled = 0;
  const cancelled = Promise.withResolvers<unknown>();
  const stream = new ReadableStream({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(16));
    },
    cancel: (reason) => cancelled.resolve(reason),
  });
  assertEquals(await codeOf(bodyOf(post(stream))), "BODY_TOO_LARGE");
  assertInstanceOf(await cancelled.promise, PluginError);
  assertEquals(pulled < 10, true);
});

Deno.test("readBody() wraps the failure of a stream", async () => {
  const cause = new TypeError("connection lost");
  const stream = new ReadableStream({
    pull: (controller) => controller.error(cause),
  });
  const error = await assertRejects(
    () => bodyOf(post(stream)),
    PluginError,
  );
  assertEquals([error.code, error.cause], ["INVALID_BODY", cause]);
});

Deno.test("readBody() says that a body was read before", async () => {
  for (const length of [3, undefined]) {
    const request = post("abc", "text/plain", length);
    await request.text();
    assertEquals(await codeOf(bodyOf(request)), "INVALID_BODY");
  }
});

Deno.test("readBody() reads chunked uploads over HTTP under the limit", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      try {
        return Response.json(await bodyOf(request) ?? null);
      } catch (error) {
        return new Response((error as PluginError).code, { status: 413 });
      }
    },
  );
  const send = async (parts: string[]) => {
    const body = ReadableStream.from(parts).pipeThrough(
      new TextEncoderStream(),
    );
    const url = `http://127.0.0.1:${server.addr.port}`;
    const answer = await fetch(url, { method: "POST", body });
    return await answer.text();
  };
  assertEquals(await send(["ab", "cd"]), '"abcd"');
  assertEquals(await send(["x".repeat(60), "y".repeat(60)]), "BODY_TOO_LARGE");
});

for (
  const type of [
    "application/json",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "multipart/form-data; boundary=x",
    "text/plain",
  ]
) {
  Deno.test(`readBody() holds ${type} to the limit whatever was announced`, async () => {
    const request = post("1".repeat(LIMIT + 1), type, 5);
    assertEquals(await codeOf(bodyOf(request)), "BODY_TOO_LARGE");
  });
}

Deno.test("readBody() gives up on a body that trickles for ever", async () => {
  const cancelled = Promise.withResolvers<unknown>();
  let timer: ReturnType<typeof setInterval> | undefined;
  const stream = new ReadableStream({
    start(controller) {
      timer = setInterval(() => controller.enqueue(new Uint8Array(1)), 5);
    },
    cancel(reason) {
      clearInterval(timer);
      cancelled.resolve(reason);
    },
  });
  const limits = { maxBodyBytes: 2 ** 30, bodyTimeoutMs: 100 };
  const reading = bodyOf(post(stream), limits);
  assertEquals(await codeOf(reading), "REQUEST_TIMEOUT");
  assertInstanceOf(await cancelled.promise, PluginError);
});
