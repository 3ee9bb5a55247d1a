/**
 * What a process says of its plugin's settings.
 *
 * @module
 */
import type { SettledReport } from "../../../execution/settle_settings.ts";
import { DECLARED_LIMITS } from "../../../plugin/declared_limits.ts";
import type { PluginLogger, StandardIssue } from "../../../plugin/plugin.ts";
import { clip } from "../../../shared/text/clip.ts";

/**
 * Reads what could not be settled, and logs it.
 *
 * @param plugin Whose process it is.
 * @returns What is missing, and what does not fit.
 */
export function toldSettings(
  told: unknown,
  { logger }: { readonly logger: PluginLogger },
): SettledReport {
  const { missing, warnings } = Object(told) as Record<string, unknown>;
  const report = {
    missing: strings(missing, DECLARED_LIMITS.nameLength),
    warnings: strings(warnings, DECLARED_LIMITS.findingLength),
  };
  for (const warning of report.warnings) logger.warn(warning);
  return report;
}

/** Reads what a schema in a process says of values. */
export function toldSettingIssues(told: unknown): StandardIssue[] {
  if (!Array.isArray(told)) return [];
  return told.slice(0, DECLARED_LIMITS.findings).map((issue) => {
    const { message, path } = Object(issue) as Record<string, unknown>;
    return {
      message: clip(String(message), DECLARED_LIMITS.findingLength),
      path: Array.isArray(path)
        ? path.filter((step) =>
          typeof step === "string" || typeof step === "number"
        )
        : [],
    };
  });
}

function strings(value: unknown, length: number): string[] {
  if (!Array.isArray(value)) return [];
  return value.filter((it) => typeof it === "string")
    .slice(0, DECLARED_LIMITS.settings)
    .map((it) => clip(it, length));
}
