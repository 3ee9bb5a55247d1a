/**
 * Mistakes that authors make, and what `check` says of each.
 *
 * @module
 */

/** A mistake. */
export interface Mistake {
  /** What the author did. */
  readonly did: string;
  /** Files that are written, by their names; text is appended or replaced. */
  readonly change: Readonly<Record<string, (text: string) => string>>;
  /** What is said, and how bad it is. */
  readonly says: readonly [level: "error" | "warning", text: string];
  /** Whether types have to be checked for it. */
  readonly types?: true;
}

const append = (line: string) => (text: string) => `${text}\n${line}\n`;
const swap = (from: string, to: string) => (text: string) =>
  text.replace(from, to);
const plugin = (change: (text: string) => string) => ({ "plugin.ts": change });
const manifest = (change: (text: string) => string) => ({
  "manifest.json": change,
});
const page = (change: (text: string) => string) => ({ "page.ts": change });

/** The mistakes, in the order in which authors make them. */
export const MISTAKES: readonly Mistake[] = [
  {
    did: "the manifest has no name",
    change: manifest(swap('"name": "my-plugin",', "")),
    says: ["error", "manifest.json name: is missing"],
  },
  {
    did: "the manifest has no version",
    change: manifest(swap('"version": "0.1.0",', "")),
    says: ["error", "manifest.json version: is missing"],
  },
  {
    did: "the manifest has no repository",
    change: manifest((text) => text.replace(/"repository": .*\n/, "")),
    says: ["error", "manifest.json repository: is missing"],
  },
  {
    did: "the manifest has no author",
    change: manifest((text) => text.replace(/"author": \{[^}]*\},/, "")),
    says: ["error", "manifest.json author: is missing"],
  },
  {
    did: "the version is a number",
    change: manifest(swap('"0.1.0"', "1.0")),
    says: ["error", "manifest.json version: is of type number"],
  },
  {
    did: "the version is not one of semver",
    change: manifest(swap('"0.1.0"', '"first"')),
    says: ["warning", '"first" is no version of https://semver.org'],
  },
  {
    did: "the manifest is not JSON",
    change: manifest(swap('"tags"', "tags")),
    says: ["error", "manifest.json"],
  },
  {
    did: "a field of the manifest is misspelt",
    change: manifest(swap('"description"', '"desciption"')),
    says: ["warning", "desciption: is an unknown field"],
  },
  {
    did: "the repository's type is one that nobody knows",
    change: manifest(swap('"repoType": "github"', '"repoType": "svn"')),
    says: ["error", "manifest.json repoType"],
  },
  {
    did: "the digest is none",
    change: manifest(swap('"tags"', '"integrity": "md5-x", "tags"')),
    says: ["error", "manifest.json integrity: holds no sha256-"],
  },
  {
    did: "the digest is of another bundle",
    change: {
      "bundle/index.js": () => "export default {};",
      ...manifest(
        swap('"tags"', `"integrity": "sha256-${"A".repeat(43)}=", "tags"`),
      ),
    },
    says: ["error", "is not of the bundle that lies there"],
  },
  {
    did: "a signature has no key",
    change: manifest(
      swap('"tags"', `"signature": "${"A".repeat(86)}==", "tags"`),
    ),
    says: ["error", "keyId: is missing beside signature"],
  },
  {
    did: "the plugin is for another version of the handler",
    change: manifest((text) => text.replace(/">=[^"]*"/, '"^99.0.0"')),
    says: ["warning", "leaves out this version"],
  },
  {
    did: "a permission names a relative path",
    change: manifest(
      swap('"tags"', '"permissions": { "read": ["data"] }, "tags"'),
    ),
    says: ["error", "is not an absolute path"],
  },
  {
    did: "the manifest's name is not the code's",
    change: plugin(
      swap(
        "({\n  config",
        '({\n  name: "other",\n  version: "0.1.0",\n  config',
      ),
    ),
    says: ["warning", 'its manifest says "my-plugin"'],
  },
  {
    did: "the code exports nothing",
    change: plugin(swap("export default definePlugin", "definePlugin")),
    says: ["error", "export"],
  },
  {
    did: "the code is CommonJS",
    change: plugin(() => "module.exports = { config: {} };"),
    says: ["error", "is CommonJS: write `export default`"],
  },
  {
    did: "the code does not parse",
    change: plugin(append("const x = ;")),
    says: ["error", "Expression expected"],
  },
  {
    did: "the code throws when it is imported",
    change: plugin(append('throw new Error("no luck");')),
    says: ["error", "no luck"],
  },
  {
    did: "a file that is imported is missing",
    change: plugin((text) => `import "./missing.ts";\n${text}`),
    says: ["error", "missing.ts"],
  },
  {
    did: "an import of npm: is left in the bundle",
    change: plugin(append(
      'export const pad = (name = "npm:left-pad") => import(name);',
    )),
    says: ["warning", "imports what is only known at run time"],
  },
  {
    did: "zod is bundled whole",
    change: {
      "deno.json": swap(
        '"imports": {',
        '"imports": { "zod": "npm:zod@^4.6.7",',
      ),
      ...plugin((text) =>
        `import * as z from "zod";\n${text}\nconsole.debug(z);\n`
      ),
    },
    says: ["warning", "zod/mini"],
  },
  {
    did: "a token is in the code",
    change: plugin(append(`export const token = "ghp_${"a".repeat(36)}";`)),
    says: ["error", "a token of GitHub is in the code"],
  },
  {
    did: "a password is in the code",
    change: plugin(append('export const password = "correct-horse-battery";')),
    says: ["warning", "what looks like a secret is in the code"],
  },
  {
    did: "the network is used without asking for it",
    change: plugin(
      append('export const get = () => fetch("https://api.example.com/x");'),
    ),
    says: ["warning", '"net": ["api.example.com"]'],
  },
  {
    did: "the environment is read without asking for it",
    change: plugin(append('export const home = () => Deno.env.get("HOME");')),
    says: ["warning", '"env": ["HOME"]'],
  },
  {
    did: "a route names an action that does not exist",
    change: plugin(swap('["listEntries"]', '["listEntry"]')),
    says: ["warning", "listEntry"],
  },
  {
    did: "a route's method does not exist",
    change: plugin(swap('method: "GET"', 'method: "FETCH"')),
    says: ["error", "FETCH"],
  },
  {
    did: "a schedule runs every so often",
    change: plugin(swap('every: "1h"', 'every: "often"')),
    says: ["error", "often"],
  },
  {
    did: "an event is misspelt",
    change: plugin(swap('"container:started"', '"container:startet"')),
    says: ["warning", "container:startet"],
  },
  {
    did: "a page's button names an action that does not exist",
    change: page(swap('action: "refresh"', 'action: "refreshAll"')),
    says: ["warning", "refreshAll"],
  },
  {
    did: "a page's loader calls a route that does not exist",
    change: page(swap('apiRoute: "/entries"', 'apiRoute: "/entry"')),
    says: ["warning", "/entry"],
  },
  {
    did: "a widget's type does not exist",
    change: page(swap('type: "table"', 'type: "tabel"')),
    says: ["warning", "tabel"],
  },
  {
    did: "a setting's type does not exist",
    change: plugin(swap('type: "number"', 'type: "integer"')),
    says: ["error", "integer"],
  },
  {
    did: "a type is wrong",
    change: plugin(append('export const wrong: number = "text";')),
    says: ["error", "is not assignable to type 'number'"],
    types: true,
  },
];
