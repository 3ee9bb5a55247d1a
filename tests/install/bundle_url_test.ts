import { assertEquals } from "@std/assert";
import {
  bundleUrl,
  type CodeSource,
  hasCode,
} from "../../src/install/manifest/bundle_url.ts";
import { rawUrl } from "../../src/install/manifest/repository_notation.ts";

const FROM = "https://plugins.example/demo/manifest.json?v=1";

/** A repository, its kind, the manifest field, and where the bundle is. */
const ADDRESSES: [
  string,
  CodeSource["repoType"],
  string,
  string | undefined,
][] = [
  [
    "owner/repo:main/plugins",
    "github",
    "demo",
    "https://raw.githubusercontent.com/owner/repo/main/plugins/demo/bundle/index.js",
  ],
  [
    "owner/repo:main",
    "github",
    "content/plugins/demo/manifest.json",
    "https://raw.githubusercontent.com/owner/repo/main/content/plugins/demo/bundle/index.js",
  ],
  [
    "owner/repo:main/demo/manifest.yaml",
    "github",
    "https://github.com/owner/repo/manifest.json",
    "https://raw.githubusercontent.com/owner/repo/main/demo/bundle/index.js",
  ],
  [
    "owner/repo:main",
    "github",
    "https://raw.githubusercontent.com/owner/repo/main/demo/manifest.json",
    "https://raw.githubusercontent.com/owner/repo/main/demo/bundle/index.js",
  ],
  [
    "owner/repo:feature%2Fnew/a b",
    "github",
    "",
    "https://raw.githubusercontent.com/owner/repo/feature/new/a%20b/bundle/index.js",
  ],
  [
    "github://git.example.com/owner/repo:main",
    "default",
    "demo",
    "https://git.example.com/owner/repo/raw/main/demo/bundle/index.js",
  ],
  [
    "group/project:main",
    "gitlab",
    "demo",
    "https://gitlab.com/group/project/-/raw/main/demo/bundle/index.js",
  ],
  [
    "gitlab://group/sub/project:main/x",
    "default",
    "demo",
    "https://gitlab.com/group/sub/project/-/raw/main/x/demo/bundle/index.js",
  ],
  [
    "gitlab://git.example.com/group/sub/project:main",
    "gitlab",
    "demo",
    "https://git.example.com/group/sub/project/-/raw/main/demo/bundle/index.js",
  ],
  [
    "some.group/project:main",
    "gitlab",
    "",
    "https://gitlab.com/some.group/project/-/raw/main/bundle/index.js",
  ],
  [
    "owner/repo:main",
    "gitea",
    "demo",
    "https://gitea.com/owner/repo/raw/branch/main/demo/bundle/index.js",
  ],
  [
    "gitea://codeberg.org/owner/repo:main/p",
    "gitea",
    "demo",
    "https://codeberg.org/owner/repo/raw/branch/main/p/demo/bundle/index.js",
  ],
  [
    "http://127.0.0.1:3000/owner/repo:main",
    "gitea",
    "demo",
    "http://127.0.0.1:3000/owner/repo/raw/branch/main/demo/bundle/index.js",
  ],
  [
    "gitea://localhost:3000/owner/repo:main",
    "gitea",
    "demo",
    "https://localhost:3000/owner/repo/raw/branch/main/demo/bundle/index.js",
  ],
  [
    "https://cdn.example/repo?x=1#y",
    "http",
    "/plugins/demo",
    "https://cdn.example/repo/plugins/demo/bundle/index.js",
  ],
  [
    "https://cdn.example/repo",
    "http",
    "https://other.example/demo/manifest.yml",
    "https://other.example/demo/bundle/index.js",
  ],
  ["/srv/plugins", "local", "demo", "file:///srv/plugins/demo/bundle/index.js"],
  [
    "file:///srv/plugins/",
    "local",
    "./demo",
    "file:///srv/plugins/demo/bundle/index.js",
  ],
  ["local", "local", "x", "https://plugins.example/demo/bundle/index.js"],
  [
    "owner/repo:main/x",
    "local",
    "x",
    "https://plugins.example/demo/bundle/index.js",
  ],
  ["https://github.com/owner/repo", "github", "demo", undefined],
  ["https://github.com/owner/repo", "default", "demo", undefined],
  ["owner/repo:main", "default", "demo", undefined],
  ["owner/repo", "github", "demo", undefined],
  ["owner/group/repo:main", "github", "demo", undefined],
  ["owner:main", "gitlab", "demo", undefined],
  ["not a url", "http", "demo", undefined],
  ["owner/repo:main", "github", "../../other/repo/main", undefined],
  ["owner/repo:main/../..", "github", "demo", undefined],
  ["../x:main", "github", "demo", undefined],
  ["", "github", "", undefined],
];

for (const [repository, repoType, manifest, expected] of ADDRESSES) {
  const to = expected ?? "nothing";
  Deno.test(`bundleUrl() leads from ${repoType} "${repository}" + "${manifest}" to ${to}`, () => {
    assertEquals(bundleUrl({ repository, repoType, manifest }, FROM), expected);
  });
}

Deno.test("bundleUrl() keeps encoded dots from leaving the repository", () => {
  const source = {
    repository: "owner/repo:main",
    repoType: "github",
    manifest: "%2e%2e/%2e%2e/other",
  } as const;
  assertEquals(
    bundleUrl(source, FROM),
    "https://raw.githubusercontent.com/owner/repo/main/%252e%252e/%252e%252e/other/bundle/index.js",
  );
});

Deno.test("bundleUrl() resolves a bundle against its manifest", () => {
  for (
    const [bundle, expected] of [
      ["bundle.js", "https://plugins.example/demo/bundle.js"],
      ["/a.js", "https://plugins.example/a.js"],
      ["https://cdn.example/a.js", "https://cdn.example/a.js"],
      ["https://", undefined],
    ] as const
  ) {
    assertEquals(bundleUrl({ bundle }, FROM), expected);
  }
});

Deno.test("hasCode() prefers code, then a bundle, then the repository", () => {
  assertEquals(hasCode({ plugin: "x" }), true);
  assertEquals(hasCode({ plugin: "", bundle: "x" }), true);
  assertEquals(hasCode({ plugin: "" }), false);
  assertEquals(hasCode({ repository: "o/r:b", repoType: "github" }), true);
});

Deno.test("rawUrl() does not take a page for the short form", () => {
  assertEquals(rawUrl("http://127.0.0.1:3000/o/r", "gitea"), undefined);
  assertEquals(rawUrl("https://github.com/o/r", "github"), undefined);
});
