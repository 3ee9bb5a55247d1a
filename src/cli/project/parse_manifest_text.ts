/**
 * Reads the text of a manifest that may be incomplete still.
 *
 * @module
 */
import { PluginError, ValidationError } from "../../shared/errors.ts";
import { readJson } from "../../shared/document/json.ts";
import { readYaml } from "../../shared/document/yaml.ts";

/**
 * Reads JSON or YAML, by the file's name, without checking the fields.
 *
 * @throws {PluginError} `INVALID_MANIFEST` where it does not parse.
 */
export function parseManifestText(
  path: string,
  text: string,
): Readonly<Record<string, unknown>> {
  const read = path.endsWith(".json") ? readJson : readYaml;
  const { value, issues } = read(text);
  if (issues.length > 0) {
    const said = issues.map(({ message, line, column }) =>
      line === undefined
        ? message
        : `${message} (line ${line}, column ${column})`
    );
    throw new ValidationError(
      "INVALID_MANIFEST",
      `Cannot read manifest "${path}": ${said.join("; ")}`,
      { issues },
    );
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new PluginError(
    "INVALID_MANIFEST",
    `Cannot read manifest "${path}": it is not an object of fields`,
  );
}
