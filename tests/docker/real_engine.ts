/**
 * A real Docker Engine on a private socket, for tests. It needs root, and
 * Debian's `docker.io` and `busybox-static`; see `.ci/docker_engine.sh`.
 *
 * @module
 */

const decoder = new TextDecoder();

/** Why no engine can be started here, or `undefined` where one can. */
export function whyNoEngine(): string | undefined {
  const known = Deno.env.get("DOCKER_ENGINE_UNAVAILABLE");
  if (known) return known;
  if (Deno.build.os !== "linux") return "it takes Linux";
  if (Deno.uid() !== 0) return "it takes root";
  for (const program of ["dockerd", "docker", "busybox", "openssl", "tar"]) {
    if (!isInstalled(program)) return `${program} is not installed`;
  }
  return undefined;
}

function isInstalled(program: string): boolean {
  const path = (Deno.env.get("PATH") ?? "").split(":");
  return path.some((folder) => {
    try {
      return Deno.statSync(`${folder}/${program}`).isFile;
    } catch {
      return false;
    }
  });
}

/** Tests against an engine that is started for this test alone. */
export function engineTest(
  name: string,
  test: (engine: RealEngine) => Promise<void>,
): void {
  const why = whyNoEngine();
  Deno.test({
    name: why === undefined ? name : `${name} (ignored: ${why})`,
    ignore: why !== undefined,
    fn: async () => {
      await using engine = await RealEngine.start();
      await test(engine);
    },
  });
}

/** How the engine is started. */
export interface RealEngineOptions {
  /** Arguments of `dockerd` beside those for a private engine. */
  readonly args?: readonly string[];
}

/** One engine with its own data, which outlives a stop. */
export class RealEngine implements AsyncDisposable {
  readonly #folder: string;
  readonly #args: readonly string[];
  #process: Deno.ChildProcess | undefined;

  private constructor(folder: string, args: readonly string[]) {
    this.#folder = folder;
    this.#args = args;
  }

  /** Starts an engine that has the image `tiny:1`, which holds busybox. */
  static async start(options: RealEngineOptions = {}): Promise<RealEngine> {
    const folder = await Deno.makeTempDir({ prefix: "engine-" });
    const engine = new RealEngine(folder, options.args ?? []);
    await engine.start();
    await engine.#importImage();
    return engine;
  }

  /** The path of its socket. */
  get socket(): string {
    return `${this.#folder}/docker.sock`;
  }

  /** Its address. */
  get host(): string {
    return `unix://${this.socket}`;
  }

  /** Starts the engine after a stop, and waits until it answers. */
  async start(): Promise<void> {
    const folder = this.#folder;
    this.#process = new Deno.Command("dockerd", {
      args: [
        ...["--bridge=none", "--iptables=false", "--ip6tables=false"],
        ...["--data-root", `${folder}/data`, "--exec-root", `${folder}/exec`],
        ...["-p", `${folder}/pid`, "-H", this.host, ...this.#args],
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    for (let attempt = 0; attempt < 300; attempt++) {
      if ((await this.#command(["version"])).success) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("dockerd does not answer");
  }

  /** Stops the engine, and with it every container. */
  async stop(): Promise<void> {
    this.#process?.kill("SIGTERM");
    await this.#process?.status;
    this.#process = undefined;
  }

  /** Runs the `docker` command and returns what it printed. */
  async docker(...args: string[]): Promise<string> {
    const { success, stdout, stderr } = await this.#command(args);
    if (!success) {
      throw new Error(`docker ${args.join(" ")}: ${decoder.decode(stderr)}`);
    }
    return decoder.decode(stdout).trim();
  }

  /** Runs a container without a network in the background; returns its id. */
  run(name: string, ...args: string[]): Promise<string> {
    const options = ["--network", "none", "--name", name];
    const rest = args.length > 0 ? args : ["tiny:1", "/bin/sleep", "1000"];
    return this.docker("run", "-d", ...options, ...rest);
  }

  /** Removes every container, stops the engine, and deletes its data. */
  async [Symbol.asyncDispose](): Promise<void> {
    const ids = await this.docker("ps", "-aq").catch(() => "");
    if (ids !== "") await this.docker("rm", "-f", ...ids.split("\n"));
    await this.stop();
    await Deno.remove(this.#folder, { recursive: true });
  }

  #command(args: readonly string[]): Promise<Deno.CommandOutput> {
    return new Deno.Command("docker", {
      args: ["-H", this.host, ...args],
      env: { DOCKER_HOST: "", DOCKER_TLS_VERIFY: "", DOCKER_CERT_PATH: "" },
      stdin: "null",
    }).output();
  }

  async #importImage(): Promise<void> {
    const root = `${this.#folder}/root/bin`;
    await Deno.mkdir(root, { recursive: true });
    await Deno.copyFile("/bin/busybox", `${root}/busybox`);
    for (const applet of ["sh", "sleep", "true", "false", "tail"]) {
      await Deno.symlink("busybox", `${root}/${applet}`);
    }
    const archive = `${this.#folder}/root.tar`;
    await new Deno.Command("tar", {
      args: ["-C", `${this.#folder}/root`, "-cf", archive, "."],
    }).output();
    await this.docker("import", archive, "tiny:1");
  }
}
