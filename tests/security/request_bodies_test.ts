/**
 * What a client sends as a body, and how it calls it, costs the host a time that
 * grows with its size and no faster.
 *
 * @module
 */
import { type Isolation, PluginHandler } from "@dockstat/plugin-handler";
import { assert, assertEquals } from "@std/assert";
import { save } from "../handler/plugins.ts";
import { pluginOf } from "./attacked_handler.ts";

/** What no body of a megabyte may take, on a busy machine. */
const LONGEST_MS = 30_000;

const FORM = "application/x-www-form-urlencoded";

/** A form of as many names as a megabyte holds. */
const manyNames = Array.from({ length: 90_000 }, (_, at) => `k${at}=1`).join(
  "&",
);

const BODIES: readonly [
  what: string,
  body: BodyInit,
  type: string,
  status: number,
][] = [
  ["a form of 90,000 names", manyNames, FORM, 200],
  [
    "a form that says one name 250,000 times",
    "a=1&".repeat(250_000),
    FORM,
    200,
  ],
  [
    "a delimiter of 16,000 characters that nearly occurs everywhere",
    new Uint8Array(1_000_000).fill(45),
    `multipart/form-data; boundary=${"-".repeat(16_000)}x`,
    400,
  ],
  [
    "a content type with 100,000 spaces inside",
    "x",
    `multipart/form-data;${" ".repeat(100_000)}x`,
    400,
  ],
];

for (const isolation of ["inline", "process"] satisfies Isolation[]) {
  for (const [what, body, type, status] of BODIES) {
    Deno.test(`${what} is read in time (${isolation})`, async () => {
      await using handler = new PluginHandler(":memory:", {
        isolation,
        actionTimeoutMs: 60_000,
      });
      const id = save(
        handler,
        "reader",
        pluginOf("read: ({ body }) => Object.keys(body ?? {}).length"),
      );
      await handler.loadPlugin(id);
      const request = new Request(
        `http://agent.test/plugins/${id}/routes/read`,
        {
          method: "POST",
          body,
          headers: { "content-type": type },
        },
      );
      const start = performance.now();
      const response = await handler.fetch(request);
      const took = performance.now() - start;
      await response.body?.cancel();
      assertEquals(response.status, status);
      assert(took < LONGEST_MS, `took ${took} ms`);
    });
  }
}

for (const coded of [false, true]) {
  Deno.test(`a byte order mark is no part of a ${coded ? "coded " : ""}body`, async () => {
    await using handler = new PluginHandler(":memory:");
    const id = save(handler, "reader", pluginOf("read: ({ body }) => body"));
    await handler.loadPlugin(id);
    for (const type of ["application/json", "text/plain"]) {
      const text = '\ufeff{"a":1}';
      const request = new Request("http://agent.test/read", {
        method: "POST",
        body: coded ? new TextEncoder().encode(text) : text,
        headers: { "content-type": type },
      });
      assertEquals(
        await handler.handleRoute(id, "/read", request),
        type === "text/plain" ? '{"a":1}' : { a: 1 },
      );
    }
  });
}
