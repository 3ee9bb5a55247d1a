/**
 * Keeps a call alive until the body of its answer has been read, has failed or
 * was cancelled: what an instance of a plugin streams is cut neither by an
 * update nor by a reload, and ends with the instance.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import type { RunningCalls } from "../../async/in_flight.ts";
import { isReply, REPLY } from "../../plugin/reply.ts";
import { hasStaticBody } from "../../shared/static_body.ts";

/** The call that an answer belongs to. */
export interface AnsweredCall {
  /** Told about an answer that is yet to be read. */
  readonly calls: RunningCalls;
  /** Aborts when the plugin's instance ends; the answer fails with it. */
  readonly ended: AbortSignal;
  /** Names what the plugin's code threw while the answer was read. */
  readonly failed: (cause: unknown) => unknown;
}

// The global is a getter, which costs more than what it is compared with, and
// loads what a start can do without.
let ResponseClass: typeof Response | undefined;

/**
 * Whether a value is a response.
 *
 * @param value Any value; most are plain data, of which that is soon told.
 * @returns Whether it is one.
 */
export function isResponse(value: unknown): value is Response {
  return typeof value === "object" && value !== null && !isPlain(value) &&
    value instanceof (ResponseClass ??= Response);
}

/**
 * Whether an answer has to be looked at.
 *
 * @returns Whether it may be streamed.
 */
export function mayStream(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return Symbol.asyncIterator in value || REPLY in value || isResponse(value);
}

function isPlain(value: object): boolean {
  return value.constructor === Object;
}

/**
 * Watches over an answer that is streamed; any other is given back as it is.
 *
 * @param call The call that it belongs to.
 * @returns The value, or one that answers the same.
 */
export function liveAnswer(value: object, call: AnsweredCall): unknown {
  if (value instanceof Response) return liveResponse(value, call);
  if (value instanceof ReadableStream) {
    return value.locked ? value : liveStream(value, call);
  }
  if (Symbol.asyncIterator in value) {
    return new LiveItems(value as AsyncIterable<unknown>, new Life(call));
  }
  if (!isReply(value)) return value;
  const inner = value.value;
  if (typeof inner !== "object" || inner === null) return value;
  const live = liveAnswer(inner, call);
  return live === inner ? value : Object.freeze({ ...value, value: live });
}

function liveResponse(response: Response, call: AnsweredCall): Response {
  if (response.bodyUsed || hasStaticBody(response)) return response;
  const { body, status, statusText, headers } = response;
  if (body === null || body.locked) return response;
  const live = liveStream(body, call, requireBytes);
  return new Response(live, { status, statusText, headers });
}

/** The time between an answer and the end of its body. */
class Life {
  readonly #call: AnsweredCall;
  readonly #onEnded = () => this.onCut?.(this.#call.ended.reason);
  /** Called where the plugin's instance ends before the body does. */
  onCut: ((reason: unknown) => void) | undefined;
  #isOver = false;

  constructor(call: AnsweredCall) {
    this.#call = call;
    call.calls.enter();
    call.ended.addEventListener("abort", this.#onEnded);
  }

  /** Gives up what is read where the instance has ended meanwhile. */
  throwIfCut(): void {
    this.#call.ended.throwIfAborted();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.onCut = undefined;
    this.#call.ended.removeEventListener("abort", this.#onEnded);
    this.#call.calls.leave();
  }

  failed(cause: unknown): unknown {
    const isCut = this.#call.ended.aborted;
    this.end();
    return isCut ? this.#call.ended.reason : this.#call.failed(cause);
  }
}

/** A server can send nothing else, and would not say whose it was. */
function requireBytes(chunk: unknown): void {
  if (chunk instanceof Uint8Array) return;
  throw new PluginError(
    "ACTION_FAILED",
    `the body of its response streams a ${typeof chunk}; stream Uint8Array`,
  );
}

function liveStream(
  stream: ReadableStream,
  call: AnsweredCall,
  check?: (chunk: unknown) => void,
): ReadableStream {
  const life = new Life(call);
  const reader = stream.getReader();
  return new ReadableStream({
    start(controller) {
      life.onCut = (reason) => {
        life.end();
        controller.error(reason);
        reader.cancel(reason).catch(() => {});
      };
    },
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) {
          check?.(value);
          return controller.enqueue(value);
        }
        life.end();
        controller.close();
      } catch (cause) {
        reader.cancel(cause).catch(() => {});
        throw life.failed(cause);
      }
    },
    cancel(reason) {
      life.end();
      return reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}

/** An async iterable that ends its call when it ends. */
class LiveItems implements AsyncGenerator<unknown> {
  readonly #items: AsyncIterable<unknown>;
  readonly #life: Life;
  readonly #cut = Promise.withResolvers<never>();
  #iterator: AsyncIterator<unknown> | undefined;

  constructor(items: AsyncIterable<unknown>, life: Life) {
    this.#items = items;
    this.#life = life;
    this.#cut.promise.catch(() => {});
    life.onCut = (reason) => {
      this.#cut.reject(reason);
      life.end();
      this.#return(reason).catch(() => {});
    };
  }

  async next(): Promise<IteratorResult<unknown>> {
    this.#life.throwIfCut();
    try {
      this.#iterator ??= this.#items[Symbol.asyncIterator]();
      const next = this.#iterator.next();
      const result = await Promise.race([next, this.#cut.promise]);
      if (result.done) this.#life.end();
      return result;
    } catch (cause) {
      throw this.#life.failed(cause);
    }
  }

  async return(value?: unknown): Promise<IteratorResult<unknown>> {
    this.#life.end();
    return await this.#return(value);
  }

  async throw(error?: unknown): Promise<IteratorResult<unknown>> {
    this.#life.end();
    if (this.#iterator?.throw !== undefined) {
      return await this.#iterator.throw(error);
    }
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async #return(value: unknown): Promise<IteratorResult<unknown>> {
    const iterator = this.#iterator ??= this.#items[Symbol.asyncIterator]();
    return await iterator.return?.(value) ?? { done: true, value };
  }
}
