/**
 * Waits for what a process that goes on prints.
 *
 * @module
 */

/** What a process has printed, as it comes. */
export class Printed implements AsyncDisposable {
  text = "";
  readonly #child: Deno.ChildProcess;
  readonly #over: Promise<unknown>;
  #wake = Promise.withResolvers<void>();
  #ended = false;

  constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#over = Promise.all([
      this.#read(child.stdout),
      this.#read(child.stderr),
    ]).then(() => {
      this.#ended = true;
      this.#wake.resolve();
    });
  }

  /** Waits until something was printed after a position; its first group. */
  async find(pattern: RegExp, after = 0): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.text.slice(after));
      if (found) return found[1] ?? found[0];
      if (this.#ended) {
        throw new Error(`${pattern} was not printed:\n${this.text}`);
      }
      await this.#wake.promise;
    }
  }

  /** Ends the process by Ctrl-C; with what it exits. */
  async interrupt(): Promise<number> {
    this.#child.kill("SIGINT");
    const { code } = await this.#child.status;
    await this.#over;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch { /* it has ended */ }
    await this.#child.status;
    await this.#over;
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.text += text;
      this.#wake.resolve();
      this.#wake = Promise.withResolvers();
    }
  }
}
