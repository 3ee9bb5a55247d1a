import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  container,
  type ExamplePlugin,
  loadExample,
} from "./example_plugin.ts";
import { waitFor } from "../wait_for.ts";

const narrow: Omit<Deno.TestDefinition, "name" | "fn"> = {
  permissions: { read: true, net: ["127.0.0.1"] },
};

interface Arrived {
  readonly headers: Headers;
  readonly text: string;
}

/** Receives webhooks and answers them as it is told, then with 204. */
class Receiver implements AsyncDisposable {
  readonly arrived: Arrived[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #wake: () => void = () => {};

  constructor(answers: (() => Response | Promise<Response>)[] = []) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      async (request) => {
        const text = await request.text();
        this.arrived.push({ headers: request.headers, text });
        this.#wake();
        return await answers.shift()?.() ?? new Response(null, { status: 204 });
      },
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/hook`;
  }

  /** Resolves when this many messages have arrived. */
  async count(wanted: number): Promise<void> {
    while (this.arrived.length < wanted) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

async function subscribe(
  notifier: ExamplePlugin,
  wish: Record<string, unknown>,
): Promise<number> {
  const { status, body } = await notifier.ask("/subscribe", wish);
  assertEquals(status, 201, JSON.stringify(body));
  return body.id;
}

/** The only subscription, once its deliveries add up. */
async function settled(
  notifier: ExamplePlugin,
  deliveries: number,
): Promise<{ delivered: number; failed: number; lastResult: string }> {
  return await waitFor(`${deliveries} deliveries`, async () => {
    const { body: [subscription] } = await notifier.ask("/subscriptions");
    const { delivered, failed } = subscription;
    return delivered + failed >= deliveries ? subscription : undefined;
  });
}

Deno.test(
  "webhook-notifier delivers the events that were asked for, in order",
  narrow,
  async () => {
    await using receiver = new Receiver();
    await using notifier = await loadExample("webhook-notifier");
    await subscribe(notifier, {
      url: receiver.url,
      events: ["container:died", "container:removed"],
      container: "we",
    });

    const { handler } = notifier;
    await handler.emit("container:started", container("web"));
    await handler.emit("container:died", container("db"));
    await handler.emit("container:died", container("web", { exitCode: 1 }));
    await handler.emit("onContainerRemove", container("web"));
    await receiver.count(2);

    const messages = receiver.arrived.map(({ text }) => JSON.parse(text));
    assertEquals(messages.map(({ text }) => text), [
      "container web: died",
      "container web: removed",
    ]);
    assertEquals(messages[0].subject.exitCode, 1);
    assertEquals((await settled(notifier, 2)).delivered, 2);
  },
);

Deno.test(
  "webhook-notifier signs what it delivers with the secret",
  narrow,
  async () => {
    await using receiver = new Receiver();
    await using notifier = await loadExample("webhook-notifier");
    const secret = "hush";
    await subscribe(notifier, { url: receiver.url, secret });
    await notifier.handler.emit("container:died", container("web"));
    await receiver.count(1);

    const { headers, text } = receiver.arrived[0]!;
    const key = await crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode(secret),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["verify"],
    );
    const signature = headers.get("x-dockstat-signature")!.slice(
      "sha256=".length,
    );
    assert(
      await crypto.subtle.verify(
        "HMAC",
        key,
        Uint8Array.fromHex(signature),
        new TextEncoder().encode(text),
      ),
    );
    const { body } = await notifier.ask("/subscriptions");
    assertEquals(JSON.stringify(body).includes(secret), false);
    await settled(notifier, 1);
  },
);

Deno.test(
  "webhook-notifier tries again while the receiver fails",
  narrow,
  async () => {
    await using receiver = new Receiver([
      () => new Response(null, { status: 503 }),
      () =>
        new Response(null, { status: 429, headers: { "retry-after": "0" } }),
    ]);
    await using notifier = await loadExample("webhook-notifier");
    await subscribe(notifier, { url: receiver.url });
    await notifier.handler.emit("container:died", container("web"));

    const { delivered, lastResult } = await settled(notifier, 1);

    assertEquals([delivered, lastResult], [1, "204 after 3 attempts"]);
    const ids = receiver.arrived.map(({ headers }) =>
      headers.get("x-dockstat-delivery")
    );
    assertEquals(new Set(ids).size, 1);
  },
);

Deno.test(
  "webhook-notifier does not try again what the receiver refuses",
  narrow,
  async () => {
    await using receiver = new Receiver([
      () => new Response(null, { status: 410 }),
    ]);
    await using notifier = await loadExample("webhook-notifier");
    await subscribe(notifier, { url: receiver.url });
    await notifier.handler.emit("container:died", container("web"));
    const { failed, lastResult } = await settled(notifier, 1);
    assertEquals([failed, lastResult], [1, "410"]);
    assertEquals(receiver.arrived.length, 1);
  },
);

Deno.test(
  "webhook-notifier does not hold up hooks while a receiver is slow",
  narrow,
  async () => {
    const answer = Promise.withResolvers<Response>();
    await using slow = new Receiver([() => answer.promise]);
    await using quick = new Receiver();
    await using notifier = await loadExample("webhook-notifier");
    await subscribe(notifier, { url: slow.url });
    await subscribe(notifier, { url: quick.url });

    for (const name of ["one", "two"]) {
      const result = await notifier.handler.emit(
        "container:died",
        container(name),
      );
      assertEquals(result, { delivered: 1, failed: [] });
    }
    await quick.count(2);
    assertEquals(slow.arrived.length, 1);
    answer.resolve(new Response(null, { status: 204 }));
    await slow.count(2);
  },
);

Deno.test(
  "webhook-notifier gives up deliveries when it is unloaded",
  narrow,
  async () => {
    const answer = Promise.withResolvers<Response>();
    await using receiver = new Receiver([() => answer.promise]);
    const notifier = await loadExample("webhook-notifier");
    await subscribe(notifier, { url: receiver.url });
    await notifier.handler.emit("container:died", container("web"));
    await notifier.handler.emit("container:died", container("db"));
    await receiver.count(1);

    await notifier.handler.close();

    answer.resolve(new Response(null, { status: 204 }));
    assertEquals(receiver.arrived.length, 1);
  },
);

Deno.test(
  "webhook-notifier checks a subscription step by step",
  narrow,
  async () => {
    await using notifier = await loadExample("webhook-notifier");
    const url = "https://example.com/hook";
    await subscribe(notifier, { url, events: "image:*, container:died" });
    for (
      const [wish, status, says] of [
        ["text", 422, "send an object or a form"],
        [{}, 422, `url "" is no http or https URL`],
        [{ url: "ftp://example.com" }, 422, "no http or https URL"],
        [{ url: "https://me:pass@example.com" }, 422, "no http or https URL"],
        [
          { url, events: ["container:exploded"] },
          422,
          "none of container:created",
        ],
        [{ url }, 409, "subscription 1 is the same"],
      ] as const
    ) {
      const answer = await notifier.ask("/subscribe", wish);
      assertEquals(answer.status, status);
      assertStringIncludes(answer.body.detail, says);
    }
    const { body } = await notifier.ask("/subscriptions");
    assertEquals(body.map((it: { events: string[] }) => it.events), [
      ["image:*", "container:died"],
    ]);
  },
);

Deno.test(
  "webhook-notifier takes a form, as its page and curl send it",
  narrow,
  async () => {
    await using notifier = await loadExample("webhook-notifier");
    const { status, body } = await notifier.ask(
      "/subscribe",
      new URLSearchParams({ url: "https://example.com/hook", events: "" }),
    );
    assertEquals([status, body.events], [201, ["*"]]);
  },
);

Deno.test(
  "webhook-notifier sends a test and says how it went",
  narrow,
  async () => {
    await using receiver = new Receiver([
      () => new Response(),
      () => new Response(null, { status: 500 }),
    ]);
    await using notifier = await loadExample("webhook-notifier");
    const id = await subscribe(notifier, { url: receiver.url });
    assertEquals((await notifier.ask("/test", { id })).body, {
      ok: true,
      result: "200",
    });
    const failed = await notifier.ask("/test", { id });
    assertEquals(failed.status, 502);
    assertMatch(failed.body.detail, /did not arrive: 500/);
    assertEquals((await notifier.ask("/test", { id: 99 })).status, 404);
  },
);

Deno.test("webhook-notifier removes a subscription", narrow, async () => {
  await using notifier = await loadExample("webhook-notifier");
  const id = await subscribe(notifier, { url: "https://example.com/hook" });
  assertEquals((await notifier.ask("/unsubscribe", { id })).body, {
    removed: id,
  });
  assertEquals((await notifier.ask("/subscriptions")).body, []);
  assertEquals((await notifier.ask("/unsubscribe", { id })).status, 404);
});

Deno.test(
  "webhook-notifier has a page whose form subscribes",
  narrow,
  async () => {
    await using notifier = await loadExample("webhook-notifier");
    const { handler, id } = notifier;
    const subscribed = await handler.executeAction(
      id,
      "/webhooks",
      "subscribe",
      {
        state: { url: "https://example.com/hook", events: "container:died" },
      },
    );
    assertEquals([subscribed?.success, subscribed?.error], [true, undefined]);

    const refused = await handler.executeAction(id, "/webhooks", "subscribe", {
      state: { url: "nonsense" },
    });
    assertEquals(refused?.success, false);

    const { data } = await handler.executeRouteLoaders(id, "/webhooks");
    assertEquals((data.subscriptions as unknown[]).length, 1);
  },
);
