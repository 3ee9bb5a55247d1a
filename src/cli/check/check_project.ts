/**
 * Finds everything that is wrong with a plugin. Its code runs in a sandbox
 * without permissions, and nothing is written.
 *
 * @module
 */
import { checkPlugin } from "../../checks/mod.ts";
import type { PluginContributions } from "../../plugin/contributions.ts";
import { messageOf } from "../../shared/errors.ts";
import { bundleCode, type BundledCode } from "../../project/bundle_code.ts";
import { describeCode } from "../project/describe_code.ts";
import { type Project, readProject } from "../project/read_project.ts";
import { weightWarning } from "../project/weigh.ts";
import { checkCode } from "./check_code.ts";
import { checkManifest } from "./check_manifest.ts";
import { checkSecrets } from "./check_secrets.ts";
import { checkTypes } from "./check_types.ts";
import { error, type Finding, warning } from "./finding.ts";
import { checkPermissions } from "./needed_permissions.ts";
import { ownSources } from "./source_lines.ts";

/** What checking found. */
export interface CheckedProject {
  readonly project: Project;
  /** What was found, errors first. */
  readonly findings: readonly Finding[];
  /** What the plugin contributes, where it loads. */
  readonly contributions?: PluginContributions;
}

/** How a project is checked. */
export interface CheckProjectOptions {
  /** Whether types are checked too. */
  readonly types: boolean;
  readonly signal: AbortSignal;
}

/** Checks a project. */
export async function checkProject(
  folder: string,
  { types, signal }: CheckProjectOptions,
): Promise<CheckedProject> {
  const project = await readProject(folder);
  const findings: Finding[] = [];
  const { manifest } = project;
  if (manifest === undefined) {
    findings.push(error("manifest", "is missing; bundle writes one"));
  } else {
    const written = await Deno.readTextFile(project.bundlePath)
      .catch(() => undefined);
    findings.push(...await checkManifest(manifest, written));
  }
  if (types) findings.push(...await checkTypes(project, signal));
  const bundled = await tryBundle(project, { findings, signal });
  const contributions = bundled &&
    await checkBundled(project, { bundled, findings, signal });
  findings.sort((a, b) => Number(isOdd(a)) - Number(isOdd(b)));
  return {
    project,
    findings,
    ...(contributions === undefined ? {} : { contributions }),
  };
}

function isOdd({ level }: Finding): boolean {
  return level === "warning";
}

interface Parts {
  readonly findings: Finding[];
  readonly signal: AbortSignal;
}

async function tryBundle(
  { folder, entry }: Project,
  { findings, signal }: Parts,
): Promise<BundledCode | undefined> {
  try {
    return await bundleCode({ folder, entry, sourceMap: "inline", signal });
  } catch (cause) {
    rethrowOurs(cause, signal);
    findings.push(error(entry, messageOf(cause)));
    return undefined;
  }
}

async function checkBundled(
  { entry, manifest }: Project,
  { bundled, findings, signal }: Parts & { readonly bundled: BundledCode },
): Promise<PluginContributions | undefined> {
  const { code, map } = bundled;
  const sources = ownSources(map);
  const weight = weightWarning(code.replace(/\n\/\/# source.*\n$/, ""), map);
  findings.push(
    ...await checkCode(code, sources),
    ...checkSecrets(sources),
    ...checkPermissions(sources, manifest?.fields.permissions),
    ...(weight === undefined ? [] : [warning("bundle", weight)]),
  );
  const { name, version } = Object(manifest?.fields);
  const told = {
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof version === "string" ? { version } : {}),
  };
  try {
    const described = { name: "plugin", version: "0.0.0", ...told, code };
    const contributions = await describeCode(described, signal);
    findings.push(
      ...contributions.warnings.map((text) => warning(entry, text)),
      ...checkPlugin(contributions, told)
        .map(({ path, message }) => warning(entry, `${path} ${message}`)),
    );
    return contributions;
  } catch (cause) {
    rethrowOurs(cause, signal);
    findings.push(error(entry, messageOf(cause)));
    return undefined;
  }
}

/** What the command may not do is not the plugin's fault. */
function rethrowOurs(cause: unknown, signal: AbortSignal): void {
  signal.throwIfAborted();
  if (cause instanceof Deno.errors.NotCapable) throw cause;
}
