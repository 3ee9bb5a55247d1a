import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openServer, problemOf } from "./open_server.ts";

const board = Deno.readTextFileSync(
  new URL("./board_plugin.js", import.meta.url),
);

async function withBoard(mount = "") {
  const open = openServer({ mount });
  const { id } = await open.handler.installPlugin({
    name: "board",
    version: "1.0.0",
    repository: "https://example.com/board",
    manifest: "https://example.com/board/manifest.json",
    author: { name: "User" },
    plugin: board,
  });
  await open.handler.loadPlugin(id!);
  return { ...open, id: id! };
}

Deno.test("the console is one document that allows nothing from elsewhere", async () => {
  await using open = openServer();
  for (const path of ["/console", "/console/plugins/1"]) {
    const response = await open.ask(path);
    const policy = response.headers.get("content-security-policy")!;
    const html = await response.text();
    assertEquals(response.status, 200);
    assertStringIncludes(html, 'src="/console/app.js"');
    assertEquals(/unsafe|\*|https?:/.test(policy), false, policy);
    assertStringIncludes(policy, "default-src 'none'");
    assertEquals(/<script>|\sstyle=|\son\w+=/.test(html), false);
  }
});

Deno.test("the console's files are answered anew only where they changed", async () => {
  await using open = openServer();
  for (const file of ["app.js", "app.css", "icon.svg"]) {
    const first = await open.ask(`/console/${file}`);
    assertEquals(first.status, 200, file);
    assertEquals((await first.text()).length > 100, true);
    const etag = first.headers.get("etag")!;
    const headers = { "if-none-match": etag };
    const again = await open.ask(`/console/${file}`, { headers });
    assertEquals([again.status, await again.text()], [304, ""]);
  }
});

Deno.test("the console is found below the mount, and says where it is", async () => {
  await using open = openServer({ mount: "/agent" });
  const html = await (await open.ask("/agent/console")).text();
  assertStringIncludes(html, '<meta name="mount" content="/agent">');
  assertStringIncludes(html, 'src="/agent/console/app.js"');
  const script = await open.ask("/agent/console/app.js");
  assertMatch(script.headers.get("content-type")!, /^text\/javascript/);
  await script.body?.cancel();
});

Deno.test("a page's address shows people the console, and programs the page", async () => {
  await using open = await withBoard();
  const html = await open.ask("/p/board/", {
    headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" },
  });
  assertMatch(html.headers.get("content-type")!, /^text\/html/);
  assertMatch(html.headers.get("vary")!, /Accept/);
  assertStringIncludes(await html.text(), "<!doctype html>");

  assertEquals(await problemOf(await open.ask("/p/board/")), [
    401,
    "AUTHENTICATION_REQUIRED",
  ]);
  const token = await open.admin();
  for (const path of ["/p/board/", "/p/board", `/p/${open.id}/`]) {
    const page = await open.ask(path, { token });
    assertEquals([page.status, (await page.json()).title], [200, "Board"]);
  }
  const details = await open.ask("/p/board/details", { token });
  assertEquals((await details.json()).title, "Board details");
  for (const path of ["/p/board/lost", "/p/nobody/", "/p/0/"]) {
    assertEquals((await problemOf(await open.ask(path, { token })))[0], 404);
  }
});

Deno.test("a page's address that is no text is refused, and breaks nothing", async () => {
  await using open = await withBoard();
  const token = await open.admin();
  const refused = await open.ask("/p/board/%E0%A4%A", { token });
  assertEquals(await problemOf(refused), [404, "NOT_FOUND"]);
});
