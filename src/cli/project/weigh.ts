/**
 * Tells what makes a bundle large.
 *
 * @module
 */
import type { SourceMap } from "../../project/portable_map.ts";

/** From how many bytes on a bundle is worth a warning. */
export const HEAVY_BYTES = 500_000;

/** A package, or the plugin's own files, and how many bytes of sources it has. */
export interface Weight {
  readonly name: string;
  readonly bytes: number;
}

/** What a bundle is made of, the heaviest first. */
export function weigh({ sources, sourcesContent = [] }: SourceMap): Weight[] {
  const bytes = new Map<string, number>();
  sources.forEach((source, index) => {
    const name = /^(?:npm|link):(?:@[^/]+\/)?[^/]+/.exec(source)?.[0] ??
      (URL.canParse(source) ? source : "your own files");
    const length = sourcesContent[index]?.length ?? 0;
    bytes.set(name, (bytes.get(name) ?? 0) + length);
  });
  return [...bytes].map(([name, bytes]) => ({ name, bytes }))
    .sort((a, b) => b.bytes - a.bytes);
}

/** What to say of a bundle that is too large; undefined where it is not. */
export function weightWarning(
  code: string,
  map: SourceMap,
): string | undefined {
  const size = new TextEncoder().encode(code).length;
  if (size <= HEAVY_BYTES) return undefined;
  const heaviest = weigh(map).slice(0, 3)
    .map(({ name, bytes }) => `${name} (${kilobytes(bytes)})`).join(", ");
  const hint = map.sources.some((name) => /^npm:zod[@/]/.test(name))
    ? "; import single functions of zod/mini, such as { object, string }"
    : "";
  return `the bundle has ${kilobytes(size)}; what weighs: ${heaviest}${hint}`;
}

/** A number of bytes for people. */
export function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000)} KB`;
}
