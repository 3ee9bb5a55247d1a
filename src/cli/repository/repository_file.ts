/**
 * The files of a repository: `repo.json`, which the original and this handler
 * read, and `manifest.yaml`, which verification services read.
 *
 * @module
 */
import { join } from "@std/path";
import { stringify } from "@std/yaml/stringify";
import { replaceFile } from "../files/write_file.ts";
import { UsageError } from "../program/fail.ts";
import type { CollectedPlugins, RepositoryEntry } from "./collect_plugins.ts";

/** What an author decides about a repository. */
export interface RepositoryConfig {
  readonly name?: string;
  readonly type?: string;
  readonly policy?: string;
  readonly verificationApi?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** The former file; empty where there is none. */
export async function readRepository(root: string): Promise<Fields> {
  const path = join(root, "repo.json");
  try {
    return Object(JSON.parse(await Deno.readTextFile(path)));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return {};
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new UsageError(
      `Cannot renew "${path}": it is not JSON, and nothing is overwritten`,
      { cause },
    );
  }
}

/** Renews the entries, and keeps everything else; who failed keeps the old. */
export function renewRepository(
  former: Fields,
  { entries, failed }: CollectedPlugins,
  config: RepositoryConfig,
): { readonly file: Fields; readonly kept: readonly string[] } {
  const content = Object(former.content);
  const kept = entriesOf(former).filter(({ name, bundle }) =>
    !entries.some((entry) => entry.name === name) &&
    failed.some(({ folder }) => isBelow(bundle, folder))
  );
  const plugins = [...entries, ...kept]
    .sort((a, b) => a.name < b.name ? -1 : 1);
  return {
    file: {
      ...former,
      config: configOf(Object(former.config), config),
      content: { themes: [], stacks: [], ...content, plugins },
      plugins,
    },
    kept: kept.map(({ name }) => name),
  };
}

/** Writes both files. */
export async function writeRepository(
  root: string,
  file: Fields,
): Promise<void> {
  const { plugins } = file;
  await replaceFile(
    join(root, "repo.json"),
    `${JSON.stringify(file, null, 2)}\n`,
  );
  const yaml = stringify(JSON.parse(JSON.stringify({ plugins })));
  await replaceFile(join(root, "manifest.yaml"), yaml);
}

function entriesOf({ plugins, content }: Fields): RepositoryEntry[] {
  const listed = plugins ?? Object(content).plugins;
  return Array.isArray(listed)
    ? listed.filter((entry) => typeof entry?.name === "string")
    : [];
}

function isBelow(bundle: unknown, folder: string): boolean {
  return typeof bundle === "string" &&
    (folder === "" || bundle.startsWith(`${folder}/`));
}

function configOf(
  former: Fields,
  { name, type, policy, verificationApi }: RepositoryConfig,
): Fields {
  return {
    name: "my-repository",
    type: "http",
    policy: "strict",
    verification_api: null,
    plugins: { dir: ".", bundle: "bundle" },
    themes: { dir: "./content/themes" },
    stacks: { dir: "./content/stacks" },
    ...former,
    ...(name === undefined ? {} : { name }),
    ...(type === undefined ? {} : { type }),
    ...(policy === undefined ? {} : { policy }),
    ...(verificationApi === undefined
      ? {}
      : { verification_api: verificationApi }),
  };
}
