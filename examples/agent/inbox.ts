/**
 * A receiver of webhooks to try the notifier with: keeps the latest messages.
 *
 * @module
 */

/** A message that arrived. */
export interface Received {
  /** When, as an ISO date. */
  readonly at: string;
  /** What the notifier says about it, by header. */
  readonly headers: Record<string, string>;
  /** The message. */
  readonly message: unknown;
}

const KEPT = 50;

/** The latest messages, newest first. */
export class Inbox {
  readonly #received: Received[] = [];

  /**
   * Answers a request: `POST` leaves a message, `GET` lists them.
   *
   * @param request The request.
   * @returns 202, or the messages.
   */
  async answer(request: Request): Promise<Response> {
    if (request.method === "GET") return Response.json(this.#received);
    if (request.method !== "POST") {
      return new Response(null, {
        status: 405,
        headers: { allow: "GET, POST" },
      });
    }
    const text = await request.text();
    this.#received.unshift({
      at: new Date().toISOString(),
      headers: Object.fromEntries(
        [...request.headers].filter(([name]) => name.startsWith("x-dockstat-")),
      ),
      message: parsed(text),
    });
    this.#received.splice(KEPT);
    return new Response(null, { status: 202 });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
