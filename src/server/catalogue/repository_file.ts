/**
 * Reads what a repository offers: the original's `repo.json`, with its plugins
 * under `content.plugins`, or a plain list of manifests under `plugins`.
 *
 * @module
 */
import { z } from "zod";
import { Refusal } from "../http/problem.ts";
import { POLICIES, type Repository, REPOSITORY_TYPES } from "./repositories.ts";

const entry = z.looseObject({ name: z.string(), version: z.string() });
const file = z.looseObject({
  config: z.looseObject({
    name: z.string().min(1).max(200),
    type: z.enum(REPOSITORY_TYPES).default("http"),
    policy: z.enum(POLICIES).default("strict"),
    verification_api: z.string().nullish(),
    plugins: z.looseObject({}).optional(),
    themes: z.looseObject({}).optional(),
    stacks: z.looseObject({}).optional(),
  }).optional(),
  content: z.looseObject({ plugins: z.array(z.unknown()).optional() })
    .optional(),
  plugins: z.array(z.unknown()).optional(),
});

/** A plugin that a repository offers: its manifest, as it was written. */
export type CatalogueEntry = z.infer<typeof entry>;

/** What a repository offers. */
export interface RepositoryFile {
  /** The file as it was written, with all plugins under `plugins` too. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The plugins whose entries can be read. */
  readonly plugins: readonly CatalogueEntry[];
  /** What the file says of the repository. */
  readonly config: z.infer<typeof file>["config"];
}

/**
 * Reads a repository's file.
 *
 * @throws {Refusal} `INPUT_INVALID`, saying what is wrong where.
 */
export function readRepositoryFile(value: unknown): RepositoryFile {
  const read = file.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue!.path.join(".") || "the file";
    throw new Refusal(
      "INPUT_INVALID",
      `Cannot read the repository: ${where}: ${issue!.message}`,
    );
  }
  const { config, content, plugins: plain } = read.data;
  const listed = plain ?? content?.plugins ?? [];
  const plugins = listed.flatMap((one) => {
    const parsed = entry.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });
  return { data: { ...read.data, plugins: listed }, plugins, config };
}

/**
 * What the original keeps of a repository that it is given a link to.
 *
 * @throws {Refusal} `INPUT_INVALID` for a file that does not name itself.
 */
export function repositoryOf(
  link: string,
  { config }: RepositoryFile,
): Omit<Repository, "id"> {
  if (config === undefined) {
    throw new Refusal(
      "INPUT_INVALID",
      "Cannot add the repository: its file has no config with a name",
    );
  }
  const { name, type, policy, verification_api, plugins, themes, stacks } =
    config;
  return {
    name,
    type,
    policy,
    source: sourceOf(link, type),
    verification_api: verification_api ?? null,
    paths: { plugins, themes, stacks },
  };
}

/** The short form of a link to a file in a repository, else its folder. */
function sourceOf(link: string, type: Repository["type"]): string {
  const url = new URL(link);
  const folder = url.pathname.slice(1, url.pathname.lastIndexOf("/") + 1);
  if (type === "github" && url.hostname === "raw.githubusercontent.com") {
    const found = folder.match(
      /^([^/]+)\/([^/]+)\/(?:refs\/heads\/)?([^/]+)\/(.*)$/,
    );
    if (found !== null) {
      const [, owner, repo, branch, path] = found;
      return `${owner}/${repo}:${branch}/${path}`;
    }
  }
  return `${url.origin}/${folder}`;
}
