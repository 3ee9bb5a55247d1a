import { assert, assertEquals } from "@std/assert";
import { type OpenServer, openServer } from "./open_server.ts";

/** One exchange between the original's frontend and the original's server. */
interface Exchange {
  readonly step: string;
  readonly method: string;
  readonly path: string;
  readonly example?: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly status: number;
  readonly responseShape?: unknown;
}

const traffic: { readonly exchanges: readonly Exchange[] } = JSON.parse(
  Deno.readTextFileSync(
    new URL("./testdata/frontend_traffic.json", import.meta.url),
  ),
);
const board = Deno.readTextFileSync(
  new URL("./board_plugin.js", import.meta.url),
);
const ORIGIN = "http://localhost:5173";
const RAW = "https://raw.githubusercontent.com/acme/plugins/";

function entry(name: string) {
  return {
    name,
    description: `The plugin ${name}`,
    version: "1.0.0",
    repository: "acme/plugins:main",
    manifest: `plugins/${name}`,
    repoType: "github",
    author: { name: "Acme", license: "MIT" },
    tags: ["demo"],
  };
}

/** What the repository of the recording served, on loopback. */
function serveRepository() {
  const files: Record<string, string> = {
    "repo.json": JSON.stringify({
      config: {
        name: "Acme",
        type: "github",
        policy: "relaxed",
        verification_api: null,
        plugins: { dir: "plugins", bundle: "bundle" },
        themes: { dir: "themes" },
        stacks: { dir: "stacks" },
      },
      content: {
        plugins: ["board", "broken", "missing"].map(entry),
        themes: [],
        stacks: [],
      },
    }),
    "plugins/board/bundle/index.js": board,
    "plugins/broken/bundle/index.js": `throw new Error("on purpose")`,
  };
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const text = files[new URL(request.url).pathname.slice(1)];
      return text === undefined
        ? new Response("Not Found", { status: 404 })
        : new Response(text);
    },
  );
  const fetchFromHere: typeof fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const path = url.replace(RAW, "").replace(/^(refs\/heads\/)?main\//, "");
    const here = `http://127.0.0.1:${server.addr.port}/${path}`;
    return fetch(url.startsWith(RAW) ? here : url, init);
  };
  return { server, fetch: fetchFromHere };
}

/** Whether an answer has the recorded shape; it may hold more. */
function mismatch(
  actual: unknown,
  shape: unknown,
  at = "",
): string | undefined {
  if (shape === undefined || shape === "object") return undefined;
  if (typeof shape === "string") {
    const type = actual === null ? "null" : typeof actual;
    return type === shape ? undefined : `${at} is ${type}, not ${shape}`;
  }
  if (Array.isArray(shape)) {
    if (!Array.isArray(actual)) return `${at} is no list`;
    const others = shape.some((one) => String(one).startsWith("…"));
    if (others || shape.length === 0) return undefined;
    return actual.map((item, index) => {
      const found = shape.map((one) => mismatch(item, one, `${at}[${index}]`));
      return found.includes(undefined) ? undefined : found[0];
    }).find((text) => text !== undefined);
  }
  if (typeof actual !== "object" || actual === null) {
    return `${at} is no object`;
  }
  return Object.entries(shape as object).map(([name, inner]) =>
    name in actual
      ? mismatch(Reflect.get(actual, name), inner, `${at}.${name}`)
      : `${at}.${name} is missing`
  ).find((text) => text !== undefined);
}

async function replay(
  open: OpenServer,
  exchange: Exchange,
  token: string,
): Promise<{ response: Response; answer: unknown }> {
  const { method, body, requestHeaders } = exchange;
  const path = exchange.example ?? exchange.path;
  const { authorization, ...headers } = requestHeaders;
  const response = await open.ask(path, {
    method,
    json: body === null ? undefined : body,
    headers: {
      ...headers,
      origin: ORIGIN,
      ...(authorization === undefined
        ? {}
        : { authorization: authorization.replace("<JWT>", token) }),
    },
  });
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  const answer = text === "" || type.startsWith("text/html")
    ? text
    : JSON.parse(text);
  return { response, answer };
}

Deno.test("every exchange of the original's frontend gets its shape and status", async (t) => {
  const repository = serveRepository();
  await using _stopped = {
    [Symbol.asyncDispose]: () => repository.server.shutdown(),
  };
  const allowed = { allowPrivateHosts: true, fetch: repository.fetch };
  await using open = openServer(
    { origins: [ORIGIN], ...allowed },
    { fetch: repository.fetch },
  );
  open.handler.database.driver.exec(
    `CREATE TABLE repositories (id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE, source TEXT NOT NULL, type TEXT NOT NULL,
      policy TEXT NOT NULL, verification_api TEXT, paths JSON)`,
  );
  open.handler.database.driver.run(
    "INSERT INTO repositories (name, source, type, policy, verification_api) VALUES ('DockStore', 'its4nik/dockstat:dev/apps/dockstore', 'github', 'strict', 'http://127.0.0.1:9')",
  );
  let token = "";
  for (const exchange of traffic.exchanges) {
    const { method, path, status, responseShape, step } = exchange;
    await t.step(`${step}: ${method} ${path}`, async () => {
      const { response, answer } = await replay(open, exchange, token);
      if (path.endsWith("/login") && response.ok) {
        token = (answer as { token: string }).token;
      }
      assertEquals(response.status, status, JSON.stringify(answer));
      assertEquals(mismatch(answer, responseShape), undefined);
      if (path.includes("/logout")) return;
      assertEquals(
        response.headers.get("access-control-allow-origin"),
        ORIGIN,
      );
    });
  }
  assert(token !== "");
});
