/**
 * Reads the short form in which manifests name a folder of a repository,
 * `owner/repo:branch/path`, and builds the address of its raw files.
 *
 * @module
 */

/** What builds addresses, with the host that is meant where none is named. */
const HOSTS = {
  github: "github.com",
  gitlab: "gitlab.com",
  gitea: "gitea.com",
} as const;

type Forge = keyof typeof HOSTS;

interface Notation {
  readonly forge: Forge;
  readonly origin: string;
  readonly project: string;
  readonly branch: string;
  readonly path: string;
}

const SHORT_FORM =
  /^(?:(github|gitlab|gitea|https?):\/\/)?((?:[^/:\s]+:\d+\/)?[^:\s]+):([^/:\s]+)(?:\/(.*))?$/;

/** Tells whether a text is the short form for something that hosts repositories. */
export function isNotation(
  repository: string,
  repoType: string | undefined,
): boolean {
  return readNotation(repository, repoType) !== undefined;
}

/**
 * The address of the raw files of a folder in a repository.
 *
 * @param repository `[scheme://][host/]owner/repo:branch[/path]`. A branch's
 * own slashes are written `%2F`; the owner may be several groups on GitLab.
 * @param repoType What hosts the repository, where the scheme does not say it.
 * @returns The address with a slash at its end; `undefined` where the text is
 * not the short form.
 */
export function rawUrl(
  repository: string,
  repoType: string | undefined,
): string | undefined {
  const notation = readNotation(repository, repoType);
  if (!notation) return undefined;
  const { forge, origin, project, branch, path } = notation;
  if (forge === "gitlab") return `${origin}/${project}/-/raw/${branch}/${path}`;
  if (forge === "gitea") {
    return `${origin}/${project}/raw/branch/${branch}/${path}`;
  }
  return origin === "https://github.com"
    ? `https://raw.githubusercontent.com/${project}/${branch}/${path}`
    : `${origin}/${project}/raw/${branch}/${path}`;
}

/** A URL or an absolute path as the URL of a folder. */
export function toDirectoryUrl(text: string): string | undefined {
  const url = fileUrl(text) ?? URL.parse(text);
  if (!url) return undefined;
  url.search = url.hash = "";
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url.href;
}

/** The URL of `/folder`, and on Windows of `C:\\folder`. */
function fileUrl(path: string): URL | undefined {
  const isWindows = /^[A-Za-z]:[\\/]/.test(path);
  if (!isWindows && !path.startsWith("/")) return undefined;
  const url = new URL("file:///");
  const encoded = path.replaceAll("%", "%25");
  url.pathname = isWindows
    ? encoded.replaceAll("\\", "/")
    : encoded.replaceAll("\\", "%5C");
  return url;
}

/** Tells a manifest's file from a folder. */
export function isManifestFile(name: string | undefined): boolean {
  return name !== undefined && /\.(json|ya?ml)$/i.test(name);
}

function readNotation(
  repository: string,
  repoType: string | undefined,
): Notation | undefined {
  const [, scheme, project = "", branch = "", path = ""] =
    SHORT_FORM.exec(repository) ?? [];
  const forge = isForge(scheme) ? scheme : repoType;
  if (!isForge(forge)) return undefined;
  const names = project.split("/");
  const hasHost = scheme?.startsWith("http") || looksLikeHost(names);
  const host = hasHost ? names.shift() : HOSTS[forge];
  const folders = path.split("/").filter((name) => name !== "");
  if (isManifestFile(folders.at(-1))) folders.pop();
  const origin = `${scheme === "http" ? "http" : "https"}://${host}`;
  const branches = branch.split(/%2f/i);
  if (!isProject(names, forge) || !isOrigin(origin)) return undefined;
  if ([...names, ...branches, ...folders].some(leadsOut)) return undefined;
  return {
    forge,
    origin,
    project: names.map(encodeURIComponent).join("/"),
    branch: branches.map(encodeURIComponent).join("/"),
    path: folders.map((name) => `${encodeURIComponent(name)}/`).join(""),
  };
}

/** A host and nothing else: a URL would take `?`, `#` or `@` for its own. */
function isOrigin(origin: string): boolean {
  return URL.parse(origin)?.origin.toLowerCase() ===
    origin.toLowerCase().replace(/^(https:.*):443$|^(http:.*):80$/, "$1$2");
}

function isForge(name: string | undefined): name is Forge {
  return name !== undefined && Object.hasOwn(HOSTS, name);
}

/** `gitlab.example.com/group/project`, but not `some.group/project`. */
function looksLikeHost(names: readonly string[]): boolean {
  return names.length > 2 && /[.:]|^localhost$/.test(names[0] ?? "");
}

function isProject(names: readonly string[], forge: Forge): boolean {
  if (names.some((name) => name === "")) return false;
  return forge === "gitlab" ? names.length >= 2 : names.length === 2;
}

/** A step out of the project, in any way in which a server may read it. */
function leadsOut(name: string): boolean {
  const read = name.replace(/%2e/gi, ".");
  return read === "." || read === ".." || name === "" ||
    /[\\/]|%2f|%5c/i.test(name);
}
