/** Bodies in many small pieces, to and from a plugin's process. */
import { assertEquals, assertRejects } from "@std/assert";
import * as fc from "fast-check";
import { pluginWith, SandboxedPlugin } from "./sandboxed_plugin.ts";

const ACTIONS = `
  rows: ({ request }) => {
    const [count, after] = new URL(request.url).searchParams.get("rows").split(",");
    const bytes = (i) => new TextEncoder().encode("row " + i + "\\n");
    return new Response(ReadableStream.from((async function* () {
      for (let i = 0; i < Number(count); i++) yield bytes(i);
      if (after === "fail") throw new Error("no more rows");
      if (after === "wait") await new Promise(() => {});
    })()));
  },
  back: ({ request }) => new Response(request.body)`;

function rowsOf(count: number): string {
  return Array.from({ length: count }, (_, i) => `row ${i}\n`).join("");
}

Deno.test("a body of many small pieces arrives whole, and in order", async () => {
  await using plugin = new SandboxedPlugin(pluginWith(ACTIONS));
  const request = new Request("http://agent.test/?rows=5000,end");
  const response: Response = await plugin.call("rows", { request, raw: true });
  let chunks = 0;
  let text = "";
  for await (const chunk of response.body!) {
    chunks++;
    text += new TextDecoder().decode(chunk);
  }
  assertEquals(text, rowsOf(5000));
  assertEquals(chunks < 50, true, `${chunks} chunks`);
});

Deno.test("what is there arrives before what is not, or never comes", async () => {
  await using plugin = new SandboxedPlugin(pluginWith(ACTIONS));
  const request = new Request("http://agent.test/?rows=3,wait");
  const response: Response = await plugin.call("rows", { request, raw: true });
  const reader = response.body!.getReader();
  let text = "";
  while (text.length < rowsOf(3).length) {
    const { value } = await reader.read();
    text += new TextDecoder().decode(value);
  }
  assertEquals(text, rowsOf(3));
  await reader.cancel();
});

Deno.test("what came before a failure arrives, and then the failure", async () => {
  await using plugin = new SandboxedPlugin(pluginWith(ACTIONS));
  const request = new Request("http://agent.test/?rows=700,fail");
  const response: Response = await plugin.call("rows", { request, raw: true });
  let text = "";
  await assertRejects(
    async () => {
      for await (const chunk of response.body!) {
        text += new TextDecoder().decode(chunk);
      }
    },
    Error,
    "no more rows",
  );
  assertEquals(text, rowsOf(700));
});

Deno.test("a body in pieces of any size goes there and back unchanged", async () => {
  await using plugin = new SandboxedPlugin(pluginWith(ACTIONS));
  const sizes = fc.array(
    fc.oneof(
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 60_000, max: 140_000 }),
    ),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(sizes, fc.boolean(), async (sizes, isSlow) => {
      const pieces = sizes.map((size, index) =>
        new Uint8Array(size).fill(index % 251)
      );
      const body = ReadableStream.from((async function* () {
        for (const piece of pieces) {
          if (isSlow) await new Promise((resolve) => setTimeout(resolve));
          yield piece;
        }
      })());
      const request = new Request("http://agent.test/", {
        method: "POST",
        body,
      });
      const response: Response = await plugin.call("back", {
        request,
        raw: true,
      });
      assertEquals(
        await response.bytes(),
        await new Blob(pieces).bytes(),
      );
    }),
    { numRuns: 60 },
  );
});
