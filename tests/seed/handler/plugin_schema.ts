// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
interface DBPluginSchema {
  id: number;
  repoType: "github" | "gitlab" | "local" | "default";
  name: string;
  description?: string;
  tags?: string[];
  version: string;
  repository: string;
  manifest: string;
  author: object;
  plugin: string; // The actual plugin code
}

export type { DBPluginSchema };
