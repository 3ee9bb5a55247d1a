/**
 * Obtains plugins from the URLs given, and prints for each, as a line of JSON,
 * the code of the error and by how many MiB the process had grown at most.
 */
import { PluginError } from "../../src/shared/errors.ts";
import { obtainPlugin } from "../../src/install/mod.ts";

async function measure(url: string): Promise<void> {
  const before = Deno.memoryUsage().rss;
  let peak = before;
  const sample = () => peak = Math.max(peak, Deno.memoryUsage().rss);
  const timer = setInterval(sample, 1);
  let code = "none";
  try {
    await obtainPlugin(url, { onProgress: sample });
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    code = error.code;
  }
  sample();
  clearInterval(timer);
  const grownMiB = Math.round((peak - before) / 2 ** 20);
  console.log(JSON.stringify({ url, code, grownMiB }));
}

for (const url of Deno.args) await measure(url);
