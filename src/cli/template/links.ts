/**
 * What a project links to a checkout of the handler.
 *
 * @module
 */
import { join, resolve } from "@std/path";
import { readDenoJson } from "../../project/deno_json.ts";
import { UsageError } from "../program/fail.ts";

/** The checkout's folder, and those of its stand-ins for other packages. */
export async function linksTo(checkout: string): Promise<string[]> {
  const folder = resolve(checkout);
  const { name, links } = await readDenoJson(folder);
  if (name !== "@dockstat/plugin-handler") {
    throw new UsageError(
      `Cannot use "${checkout}" as the handler: it is no checkout of ` +
        "@dockstat/plugin-handler",
    );
  }
  const others = Array.isArray(links) ? links.map(String) : [];
  return [folder, ...others.map((link) => join(folder, link))];
}
