/**
 * Finds what is wrong with a manifest, and with what it pins.
 *
 * @module
 */
import { isInRange, manifestSchema, parseManifest } from "../../install/mod.ts";
import { matchesIntegrity } from "../../install/trust/integrity.ts";
import { messageOf, ValidationError } from "../../shared/errors.ts";
import { compareVersions } from "../../shared/version_order.ts";
import { VERSION } from "../../shared/version.ts";
import type { ManifestFile } from "../project/manifest_file.ts";
import { error, type Finding, warning } from "./finding.ts";

/** Checks a manifest by the rules of whoever installs it. */
export async function checkManifest(
  file: ManifestFile,
  written: string | undefined,
): Promise<Finding[]> {
  const format = file.path.endsWith(".json") ? "json" : "yaml";
  const at = (path: readonly PropertyKey[]) =>
    [file.path, ...path.map(String)].join(" ");
  const findings: Finding[] = [];
  try {
    const { warnings } = await parseManifest(file.text, format, file.path);
    findings.push(...warnings.map((text) => warning(file.path, text)));
  } catch (cause) {
    const issues = cause instanceof ValidationError
      ? cause.issues
      : [{ path: [], message: messageOf(cause) }];
    findings.push(
      ...issues.map(({ path, message }) => error(at(path), message)),
    );
  }
  const { success, data } = manifestSchema.safeParse(file.fields);
  if (!success) return findings;
  const { version, integrity, engines, author, description } = data;
  if (compareVersions(version, version) === undefined) {
    const message = `"${version}" is no version of https://semver.org, so ` +
      "that updates cannot be told apart; write such as 1.0.0";
    findings.push(warning(at(["version"]), message));
  }
  const range = engines?.dockstat;
  if (range !== undefined && !await isInRange(VERSION, range)) {
    const message = `"${range}" leaves out this version, ${VERSION}`;
    findings.push(warning(at(["engines", "dockstat"]), message));
  }
  if (!author.name) {
    findings.push(warning(at(["author", "name"]), "is missing"));
  }
  if (!description) {
    const message = "is missing; operators decide by it";
    findings.push(warning(at(["description"]), message));
  }
  if (
    integrity !== undefined && written !== undefined &&
    !matchesIntegrity(written, integrity)
  ) {
    const message = "is not of the bundle that lies there: bundle it again";
    findings.push(error(at(["integrity"]), message));
  }
  return findings;
}
