/**
 * Runs commands of the command line, and writes down what they print.
 *
 * @module
 */
import { repository } from "./package_config.ts";

/** A command that goes on. */
export interface Running {
  /** What the awaited line held. */
  readonly found: string;
  /** How much was printed so far. */
  printed(): number;
  /** Waits for a line after a position. */
  waitFor(pattern: RegExp, after: number): Promise<string>;
  /** Ends it by Ctrl-C. */
  stop(): Promise<void>;
}

/** A walk from command to command, as a page. */
export class Walk implements AsyncDisposable {
  /** The folder that it starts from. */
  readonly root: string;
  readonly #parts: string[] = [];
  readonly #running = new Set<Deno.ChildProcess>();
  readonly #ports = new Map<string, number>();
  #publicKey = "";

  constructor(root: string) {
    this.root = root;
  }

  /** The page so far. */
  get text(): string {
    return `${this.#parts.join("\n\n")}\n`;
  }

  /** Adds paragraphs. */
  say(...texts: string[]): void {
    this.#parts.push(...texts);
  }

  /** The key that operators trust, of which `keygen` told. */
  publicKey(): string {
    return this.#publicKey;
  }

  /** Runs a command to its end; what is hidden is not on the page. */
  async run(
    cwd: string,
    line: string,
    hidden: readonly string[] = [],
    shown: "all" | "quiet" = "all",
  ): Promise<void> {
    const { code, stdout, stderr } = await this.#command(cwd, line, hidden)
      .output();
    const decoder = new TextDecoder();
    const said = decoder.decode(stdout) + decoder.decode(stderr);
    if (code !== 0) throw new Error(`${line} exits with ${code}:\n${said}`);
    this.#publicKey ||= /trustedKeys: \{ "\w+": "([^"]+)"/.exec(said)?.[1] ??
      "";
    this.#show(line, shown === "quiet" ? "" : said);
  }

  /**
   * Starts a command that goes on, on any free port, and waits for the lines
   * that it begins with; the page names the port that it has by itself.
   */
  async start(
    cwd: string,
    line: string,
    awaited: RegExp,
    port: number,
  ): Promise<Running> {
    const child = this.#command(cwd, line, ["--port", "0"]).spawn();
    this.#running.add(child);
    const output = new Printed(child);
    const found = await output.find(awaited, 0);
    this.#ports.set(new URL(found).port, port);
    this.#show(line, output.text);
    return {
      found,
      printed: () => output.text.length,
      waitFor: (pattern, after) => output.find(pattern, after),
      stop: async () => {
        child.kill("SIGINT");
        const { code } = await child.status;
        await output.over;
        this.#running.delete(child);
        if (code !== 0) throw new Error(`${line} exits with ${code}`);
      },
    };
  }

  /** Asks an address, and shows the answer. */
  async request(url: string, method: string, text: string): Promise<void> {
    const response = await fetch(url, { method, redirect: "manual" });
    const body = await response.text();
    if (response.status >= 400) throw new Error(`${url}: ${body}`);
    const flag = method === "GET" ? "" : `-X ${method} `;
    this.say(text);
    this.#block(`curl ${flag}"${url}"`, body);
  }

  /** Changes a file, as its author would. */
  async edit(path: string, from: string, to: string): Promise<void> {
    const text = await Deno.readTextFile(path);
    if (!text.includes(from)) throw new Error(`"${from}" is not in ${path}`);
    await Deno.writeTextFile(path, text.replace(from, to));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#running) {
      child.kill("SIGKILL");
      await child.status;
    }
  }

  #command(
    cwd: string,
    line: string,
    hidden: readonly string[],
  ): Deno.Command {
    return new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-q",
        "--no-prompt",
        "--unstable-no-legacy-abort",
        "--config",
        `${repository}/deno.json`,
        "--allow-read",
        `--allow-write=${this.root}`,
        "--allow-net",
        `--allow-run`,
        `${repository}/src/cli/main.ts`,
        ...line.split(" "),
        ...hidden,
      ],
      cwd,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  }

  #show(line: string, said: string): void {
    this.#block(`dockstat-plugins ${line}`, said);
  }

  #block(line: string, said: string): void {
    const shown = said.trim();
    const block = this.#plain(
      shown === "" ? `$ ${line}` : `$ ${line}\n${shown}`,
    );
    this.#parts.push(`\`\`\`console\n${block}\n\`\`\``);
  }

  /** What is other with every walk. */
  #plain(text: string): string {
    return text
      .replaceAll(this.root, "")
      .replace(/sha256-[\w+/]{43}=/g, "sha256-…")
      .replace(/[\w+/]{43}=/g, "…")
      .replace(
        /(?<=127\.0\.0\.1:)\d+/g,
        (port) => String(this.#ports.get(port) ?? port),
      )
      .replace(/token, for 15 minutes: .*/g, "token, for 15 minutes: …")
      .replace(/\d+ ms/g, "… ms")
      .replace(/\d+(?:\.\d+)? Ki?B/g, "… KB")
      .replace(/-dev\.\d+\.\d+/g, "-dev")
      .replace(/\d{4}-\d\d-\d\d[T ][\d:.]+Z?/g, "…")
      .replace(/ +$/gm, "");
  }
}

/** What a process has printed, as it comes. */
class Printed {
  text = "";
  readonly over: Promise<void>;
  #ended = false;
  #wake = Promise.withResolvers<void>();

  constructor(child: Deno.ChildProcess) {
    this.over = Promise.all([child.stdout, child.stderr].map(async (stream) => {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) {
        this.text += text;
        this.#notify();
      }
    })).then(() => {
      this.#ended = true;
      this.#notify();
    });
  }

  async find(pattern: RegExp, after: number): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.text.slice(after));
      if (found) return found[1] ?? found[0];
      if (this.#ended) throw new Error(`${pattern} is not in:\n${this.text}`);
      await this.#wake.promise;
    }
  }

  #notify(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}
