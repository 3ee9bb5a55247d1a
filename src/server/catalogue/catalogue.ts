/**
 * What can be installed: the files of all repositories, fetched side by side
 * under the installer's guard, and kept for five minutes.
 *
 * @module
 */
import type { FetchOptions } from "../../install/download/fetch_options.ts";
import { fetchText } from "../../install/download/fetch_text.ts";
import {
  rawUrl,
  toDirectoryUrl,
} from "../../install/manifest/repository_notation.ts";
import { messageOf } from "../../shared/errors.ts";
import { readJson } from "../../shared/document/json.ts";
import { readYaml } from "../../shared/document/yaml.ts";
import { Refusal } from "../http/problem.ts";
import type { Repositories, Repository } from "./repositories.ts";
import { readRepositoryFile, type RepositoryFile } from "./repository_file.ts";

const FRESH_MS = 5 * 60_000;

/** What a repository offers, or why nobody knows. */
export type Offer =
  & { readonly repository: Repository }
  & ({ readonly file: RepositoryFile } | { readonly error: string });

interface Kept {
  readonly file: RepositoryFile;
  readonly etag: string | null;
  readonly at: number;
}

/** Where files are, as they are looked for in this order. */
const FILES = ["repo.json", "manifest.yaml"] as const;

/** Reads repositories. */
export class Catalogue {
  readonly #repositories: Repositories;
  readonly #fetch: FetchOptions;
  readonly #kept = new Map<string, Kept>();

  constructor(repositories: Repositories, fetch: FetchOptions) {
    this.#repositories = repositories;
    this.#fetch = fetch;
  }

  /** What all repositories offer; one that cannot be reached hides no other. */
  async offers(signal?: AbortSignal): Promise<Offer[]> {
    return await Promise.all(
      this.#repositories.list().map(async (repository) => {
        try {
          return { repository, file: await this.#fileOf(repository, signal) };
        } catch (error) {
          return { repository, error: messageOf(error) };
        }
      }),
    );
  }

  /**
   * Reads the file behind a link.
   *
   * @throws {PluginError} As of fetching a manifest.
   * @throws {Refusal} `INPUT_INVALID`.
   */
  async read(link: string, signal?: AbortSignal): Promise<RepositoryFile> {
    const kept = this.#kept.get(link);
    if (kept !== undefined && Date.now() - kept.at < FRESH_MS) return kept.file;
    const fetched = await fetchText(link, {
      ...this.#fetch,
      signal,
      subject: "manifest",
      etag: kept?.etag,
    });
    const at = Date.now();
    if (fetched === null) {
      this.#kept.set(link, { ...kept!, at });
      return kept!.file;
    }
    const file = readRepositoryFile(parsed(fetched.text, link));
    this.#kept.set(link, { file, etag: fetched.etag, at });
    return file;
  }

  async #fileOf(
    repository: Repository,
    signal?: AbortSignal,
  ): Promise<RepositoryFile> {
    const folder = folderOf(repository);
    const failures: unknown[] = [];
    for (const name of FILES) {
      try {
        return await this.read(`${folder}${name}`, signal);
      } catch (error) {
        failures.push(error);
      }
    }
    // What the first file lacked says more than that there is no second.
    throw failures[0];
  }
}

function folderOf({ source, type }: Repository): string {
  const folder = rawUrl(source, type) ?? toDirectoryUrl(source);
  if (folder !== undefined) return folder;
  throw new Refusal(
    "INPUT_INVALID",
    `Cannot read the repository: "${source}" is neither a URL nor owner/repo:branch/path`,
  );
}

function parsed(text: string, link: string): unknown {
  const read = new URL(link).pathname.endsWith(".json") ? readJson : readYaml;
  const { value, issues } = read(text);
  if (issues.length === 0) return value;
  throw new Refusal(
    "INPUT_INVALID",
    `Cannot read the repository: its file does not parse: ${
      issues[0]!.message
    }`,
  );
}
