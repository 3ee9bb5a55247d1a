/**
 * A host for the plugin that is being written: a handler, the server with its
 * console, and what there is to fire at it.
 *
 * @module
 */
import { join } from "@std/path";
import { PluginHandler } from "../../handler/plugin_handler.ts";
import type { ManifestPermissions } from "../../install/mod.ts";
import { createServer, type Server } from "../../server/mod.ts";
import { messageOf } from "../../shared/errors.ts";
import { bundleCode } from "../../project/bundle_code.ts";
import { readProject } from "../project/read_project.ts";
import type { PreviewData } from "../preview/preview_data.ts";
import { devPage, type DevPageLink } from "./dev_page.ts";
import { FAKE_EVENTS } from "./fake_events.ts";

/** What a plugin's host is started with. */
export interface DevHostOptions {
  /** The project's folder. */
  readonly folder: string;
  /** The database's file, or `:memory:`. */
  readonly db: string;
  /** What secret settings are encrypted with. */
  readonly secretsKey: string;
  /** Whether the plugin runs in a process of its own. */
  readonly isIsolated: boolean;
  /**
   * What is made up where the plugin has no data.
   *
   * @default nothing
   */
  readonly preview?: PreviewData;
}

/** What became of a build. */
export interface Build {
  /** How many milliseconds it took until the plugin served. */
  readonly ms: number;
  /** What went wrong, in full. */
  readonly error?: string;
}

const UNTOLD = {
  name: "my-plugin",
  version: "0.0.0",
  repository: "https://example.com/",
  manifest: "manifest.json",
  author: { name: "unknown" },
};

/** A host for one plugin. */
export class DevHost implements AsyncDisposable {
  readonly handler: PluginHandler;
  readonly server: Server;
  readonly #options: DevHostOptions;
  #last: Build | undefined;
  #builds = 0;

  /** @param options What it is started with. */
  constructor(options: DevHostOptions) {
    this.#options = options;
    this.handler = new PluginHandler(options.db, {
      isolation: options.isIsolated ? "process" : "inline",
      exposeErrors: true,
      secretsKey: options.secretsKey,
      keepVersions: 1,
      install: { trial: false },
    });
    this.server = createServer(this.handler, { authentication: "none" });
  }

  /** The plugin's id, once it was installed. */
  get id(): number | undefined {
    return this.handler.getAll()[0]?.id ?? undefined;
  }

  /** The plugin's pages: what they are called, and where the console is. */
  get pages(): DevPageLink[] {
    return this.handler.getAllFrontendRoutes()
      .map(({ path, fullPath }) => ({ path, address: fullPath }));
  }

  /** Builds the plugin, and puts it in the place of what ran. */
  async build(signal: AbortSignal): Promise<Build> {
    const start = performance.now();
    try {
      await this.#install(signal);
      this.#last = { ms: performance.now() - start };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Deno.errors.NotCapable) throw error;
      this.#last = { ms: performance.now() - start, error: messageOf(error) };
    }
    return this.#last;
  }

  /** Answers a request: the page of this host, else the server's. */
  async fetch(
    request: Request,
    info: Deno.ServeHandlerInfo<Deno.NetAddr>,
  ): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/") {
      return Response.redirect(new URL("/dev", request.url));
    }
    if (pathname === "/dev") return this.#page();
    if (pathname === "/dev/emit" && request.method === "POST") {
      return await this.#emit(request);
    }
    const response = await this.server.fetch(request, info);
    const { preview } = this.#options;
    return preview === undefined
      ? response
      : await preview.complete(request, response);
  }

  /** Calls the plugin's hooks with a fake event. */
  async emit(event: string): Promise<void> {
    const payload = FAKE_EVENTS[event];
    if (payload !== undefined) await this.handler.emit(event, payload());
  }

  /** Ends everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    await this.handler.close();
  }

  async #install(signal: AbortSignal): Promise<void> {
    const { folder } = this.#options;
    const { entry, manifest } = await readProject(folder);
    const options = { folder, entry, sourceMap: "inline", signal } as const;
    const { code } = await bundleCode(options);
    const { bundle: _, integrity: __, signature: ___, keyId: ____, ...fields } =
      { ...UNTOLD, ...manifest?.fields } as Record<string, unknown>;
    // Each build is a version of its own: the same one would be no update.
    const version = `${fields.version}-dev.${Date.now()}.${++this.#builds}`;
    const metadata = { ...fields, version, plugin: code };
    const installed = await this.handler.installPlugin(metadata, {
      update: this.handler.getAll().some(({ name }) => name === fields.name),
      allowDowngrade: true,
      allowUnsigned: true,
    });
    if (!installed.success) throw installed.cause;
    await this.#grant(installed.id);
  }

  /** Whoever writes the plugin is asked for nothing: what it asks for, it has. */
  async #grant(id: number): Promise<void> {
    const { requested, effective } = this.handler.getPermissions(id);
    const asks = requested as ManifestPermissions;
    if (JSON.stringify(requested) !== JSON.stringify(effective)) {
      this.handler.grantPermissions(id, asks);
    }
    if (!this.handler.getLoadedPlugins().includes(id)) {
      const definition = await this.handler.loadPlugin(id);
      this.#options.preview?.fillTable(this.handler, definition);
    }
  }

  #page(): Response {
    const page = devPage({
      name: this.handler.getAll()[0]?.name ?? "plugin",
      pages: this.pages,
      events: Object.keys(FAKE_EVENTS),
      ...(this.#last?.error === undefined ? {} : { error: this.#last.error }),
    });
    return new Response(page, {
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy":
          "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
      },
    });
  }

  /** A form of another site must not reach the plugin's hooks. */
  async #emit(request: Request): Promise<Response> {
    const origin = request.headers.get("origin");
    const own = new URL(request.url).origin;
    if (origin !== null && origin !== own) {
      return new Response("not from here\n", { status: 403 });
    }
    const event = new URL(request.url).searchParams.get("event") ??
      String((await request.formData()).get("event"));
    if (!(event in FAKE_EVENTS)) {
      return new Response("no such event\n", { status: 404 });
    }
    await this.emit(event);
    return new Response(null, { status: 303, headers: { location: "/dev" } });
  }
}

/** The key of a project's secrets, made where there is none. */
export async function devSecretsKey(folder: string): Promise<string> {
  const path = join(folder, "secrets.key");
  await Deno.mkdir(folder, { recursive: true });
  try {
    const key = crypto.getRandomValues(new Uint8Array(32)).toBase64();
    await Deno.writeTextFile(path, key, { createNew: true, mode: 0o600 });
    return key;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    return await Deno.readTextFile(path);
  }
}
