/**
 * Where the stand-ins of `links/` are, for a package or a program outside of
 * the checkout that cannot reach JSR.
 *
 * @module
 */
import { z } from "zod";
import { readPackageConfig, repository } from "../package_config.ts";

const links = z.array(z.string());

/**
 * Lists the stand-ins.
 *
 * @returns The folder of each.
 */
export async function standIns(): Promise<string[]> {
  const config = await readPackageConfig();
  return links.parse(config.links).map((path) =>
    repository + path.replace(/^\.\//, "")
  );
}
