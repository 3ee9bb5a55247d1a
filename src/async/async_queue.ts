/**
 * A queue between one producer that never waits and one consumer that does.
 *
 * @module
 */

/**
 * First in, first out; reading waits for the next item or for the end. Whoever
 * asks again before there was an answer is answered in turn.
 */
export class AsyncQueue<T> implements AsyncIterableIterator<T> {
  #items: T[] = [];
  #head = 0;
  #ended = false;
  #waiting: ((result: IteratorResult<T>) => void)[] = [];
  readonly #onReturn: () => void;

  /** @param onReturn Called when the consumer stops reading. */
  constructor(onReturn: () => void = () => {}) {
    this.#onReturn = onReturn;
  }

  /**
   * How many items wait to be read.
   *
   * @returns The number of items.
   */
  get size(): number {
    return this.#items.length - this.#head;
  }

  /**
   * Adds an item, unless the queue has ended.
   *
   * @param item The item.
   */
  push(item: T): void {
    if (this.#ended) return;
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#items.push(item);
    else waiting({ done: false, value: item });
  }

  /** Ends the queue; what it holds can still be read. */
  end(): void {
    this.#ended = true;
    for (const waiting of this.#waiting) {
      waiting({ done: true, value: undefined });
    }
    this.#waiting = [];
  }

  /** @returns The next item, as soon as there is one. */
  next(): Promise<IteratorResult<T>> {
    if (this.#head < this.#items.length) {
      return Promise.resolve({ done: false, value: this.#shift() });
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** @returns The end, after dropping what was not read. */
  return(): Promise<IteratorResult<T>> {
    this.#items = [];
    this.#head = 0;
    this.end();
    this.#onReturn();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** @returns The queue itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  #shift(): T {
    const item = this.#items[this.#head++] as T;
    // Cutting off the front now and then keeps both time and memory linear.
    if (this.#head >= 1024 && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
