// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
import type PluginHandler from "@dockstat/plugin-handler";

class PluginManager {
  private handler: PluginHandler;

  // Not in the original, where nothing sets the handler.
  constructor(handler: PluginHandler) {
    this.handler = handler;
  }

  async installAndActivate(manifestUrl: string) {
    // Install from manifest
    const result = await this.handler.installFromManifestLink(manifestUrl);

    if (!result.success) {
      throw new Error(result.message);
    }

    // Load into memory
    await this.handler.loadPlugin(result.id);

    // Verify loaded
    const loaded = this.handler.getLoadedPlugins();
    return loaded.includes(result.id);
  }

  async deactivate(id: number) {
    this.handler.unloadPlugin(id);
  }

  async uninstall(id: number) {
    this.handler.unloadPlugin(id);
    this.handler.deletePlugin(id);
  }

  async update(id: number, newManifestUrl: string) {
    // Fetch new version
    const res = await fetch(newManifestUrl);
    const manifest = await res.json();

    // Update in database
    await this.handler.savePlugin(
      { ...manifest, id },
      true, // update mode
    );
  }
}

export { PluginManager };
