/**
 * Finds what keeps bundled code from being loaded elsewhere.
 *
 * @module
 */
import {
  reachesOut,
  referencesOf,
} from "../../loader/source/module_references.ts";
import { error, type Finding, warning } from "./finding.ts";
import { placeOf, type SourceText } from "./source_lines.ts";

const COMMON_JS = /^\s*(?:module\.exports\b|exports\.\w+\s*=)/m;
const COMPUTED_IMPORT = /\bimport\s*\(\s*(?!["'`])[^)\s]/g;

/** Checks the code that would be installed. */
export async function checkCode(
  code: string,
  sources: readonly SourceText[],
): Promise<Finding[]> {
  const references = await referencesOf(code);
  if (references === undefined) {
    return [error("bundle", "the code is not a module that can be parsed")];
  }
  return [
    ...new Set(references.specifiers),
  ].flatMap((specifier) => checkSpecifier(specifier)).concat(
    checkForm(sources),
  );
}

function checkSpecifier(specifier: string): Finding[] {
  if (!reachesOut(specifier)) return [];
  if (specifier.startsWith("bun:") || specifier === "bun") {
    return [warning(
      "bundle",
      `"${specifier}" is imported, which is a part of Bun: agents run on Deno`,
    )];
  }
  return [error(
    "bundle",
    `"${specifier}" is still imported: agents install one file and fetch ` +
      "nothing else; let bundle include it",
  )];
}

function checkForm(sources: readonly SourceText[]): Finding[] {
  return sources.flatMap((source) => {
    const common = COMMON_JS.exec(source.text);
    return [
      ...(common === null ? [] : [error(
        placeOf(source, common.index + common[0].search(/\S/)),
        "is CommonJS: write `export default` instead of `module.exports`",
      )]),
      ...[...source.text.matchAll(COMPUTED_IMPORT)].map(({ index }) =>
        warning(
          placeOf(source, index),
          "imports what is only known at run time, which the bundle cannot " +
            "hold; write the name itself into import()",
        )
      ),
    ];
  });
}
