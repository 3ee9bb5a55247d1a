/**
 * The files of a new plugin.
 *
 * @module
 */
import { VERSION } from "../../shared/version.ts";
import { denoJson } from "./deno_json.ts";
import { pluginSource } from "./plugin_source.ts";
import { pageSource } from "./page_source.ts";
import { testSource } from "./test_source.ts";
import type { NewPlugin } from "./new_plugin.ts";
import { readme, WORKFLOW } from "./project_texts.ts";

/** The files of a new plugin by their paths. */
export function filesOf(plugin: NewPlugin): Readonly<Record<string, string>> {
  const { name, description, author, repository } = plugin;
  const manifest = {
    name,
    version: "0.1.0",
    description,
    author: { name: author, license: "MIT" },
    repository,
    repoType: repositoryType(repository),
    manifest: "manifest.json",
    bundle: "bundle/index.js",
    engines: { dockstat: `>=${VERSION}` },
    tags: [],
  };
  return {
    "deno.json": denoJson(plugin),
    "manifest.json": `${JSON.stringify(manifest, null, 2)}\n`,
    "plugin.ts": pluginSource(plugin),
    "page.ts": pageSource(plugin),
    "plugin_test.ts": testSource(),
    "README.md": readme(plugin),
    "CHANGELOG.md": `# Changes\n\n## 0.1.0\n\n- The first version.\n`,
    ".gitignore": "*.key\n/coverage/\n/data/\n",
    ".github/workflows/ci.yml": WORKFLOW,
  };
}

function repositoryType(repository: string): string {
  if (!/^https?:/.test(repository)) return "github";
  return "http";
}
