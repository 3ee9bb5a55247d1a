/**
 * The sandbox before anybody has asked for it: hosts that run everything in
 * their own process start without its code.
 *
 * @module
 */
import type { PluginContributions } from "../plugin/contributions.ts";
import type {
  IsolatedPlugin,
  ProcessPlace,
} from "../execution/isolated_plugins.ts";
import type { PluginRunner } from "../execution/plugin_runner.ts";
import type { StoredPluginCode } from "../store/mod.ts";
import type {
  SandboxPlace,
  SandboxPlaceOptions,
} from "./host/sandboxed_plugins.ts";
import { removeFolder } from "./process/scratch_folder.ts";
import { thisDeno } from "./process/this_deno.ts";

/** Opens the sandbox with the first plugin that needs it. */
export class DeferredSandbox implements ProcessPlace {
  readonly #options: SandboxPlaceOptions;
  #opening: Promise<SandboxPlace> | undefined;
  #place: SandboxPlace | undefined;

  constructor(options: SandboxPlaceOptions) {
    this.#options = options;
  }

  /** Whether the host may start what processes are started with. */
  isAvailable(): boolean {
    const { denoPath } = this.#options.sandbox;
    if (denoPath === undefined && Deno.build.standalone) return false;
    return mayRun("/bin/sh") || mayRun(denoPath);
  }

  /** Opens the sandbox. */
  async ready(): Promise<void> {
    await this.#open();
  }

  /** Learns what code contributes, with no permissions granted to it. */
  async describe(
    row: StoredPluginCode,
    signal: AbortSignal,
  ): Promise<PluginContributions> {
    return await (await this.#open()).describe(row, signal);
  }

  /** Makes the runner of a plugin; its process starts at its first use. */
  runner(plugin: IsolatedPlugin): PluginRunner {
    return this.#place!.runner(plugin);
  }

  /** Brings an isolated plugin's table to what it declares. */
  async evolve(...args: Parameters<SandboxPlace["evolve"]>): Promise<void> {
    await (await this.#open()).evolve(...args);
  }

  /** Ends what was started ahead. */
  async close(): Promise<void> {
    await (await this.#opening)?.close();
  }

  /** Removes a folder that processes made. */
  removeFolder(folder: string): Promise<void> {
    return removeFolder(
      folder,
      () => this.#options.sandbox.denoPath ?? thisDeno(),
    );
  }

  #open(): Promise<SandboxPlace> {
    return this.#opening ??= this.#import();
  }

  async #import(): Promise<SandboxPlace> {
    const { SandboxPlace } = await import("./host/sandboxed_plugins.ts");
    return this.#place = new SandboxPlace(this.#options);
  }
}

function mayRun(command: string | undefined): boolean {
  const descriptor = command === undefined
    ? { name: "run" } as const
    : { name: "run", command } as const;
  return Deno.permissions.querySync(descriptor).state === "granted";
}
