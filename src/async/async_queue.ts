/**
 * A queue between one producer that never waits and one consumer that does: a
 * stream without back-pressure, whose length can be asked for.
 *
 * @module
 */

/** First in, first out; reading waits for the next item or for the end. */
export class AsyncQueue<T> implements AsyncIterableIterator<T> {
  readonly #items: AsyncIterator<T>;
  // Streams call `start` at once.
  #controller!: ReadableStreamDefaultController<T>;
  #isOpen = true;

  constructor(onReturn: () => void = () => {}) {
    const stream = new ReadableStream<T>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => {
        this.#isOpen = false;
        onReturn();
      },
    }, { highWaterMark: 0 });
    this.#items = stream[Symbol.asyncIterator]();
  }

  /** How many items wait to be read. */
  get size(): number {
    return 0 - (this.#controller.desiredSize ?? 0);
  }

  /** Adds an item, unless the queue has ended. */
  push(item: T): void {
    if (this.#isOpen) this.#controller.enqueue(item);
  }

  /** Ends the queue; what it holds can still be read. */
  end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#controller.close();
  }

  /** The next item, as soon as there is one. */
  next(): Promise<IteratorResult<T>> {
    return this.#items.next();
  }

  /** Ends the queue, and drops what was not read. */
  async return(): Promise<IteratorResult<T>> {
    await this.#items.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
