/**
 * A program, and the Deno that runs it, where every user of the machine can
 * reach them: the checkout and an npm cache may be below a home that is closed.
 *
 * @module
 */
import { dirname, fromFileUrl, relative } from "@std/path";

const repository = fromFileUrl(new URL("../../", import.meta.url));

/** What there is to run. */
export interface ReachableProgram extends AsyncDisposable {
  /** The path of Deno. */
  readonly deno: string;
  /** The path of the program. */
  readonly file: string;
}

/** Copies Deno, the program, and all modules that it imports. */
export async function reachableProgram(
  program: string,
): Promise<ReachableProgram> {
  const folder = await Deno.makeTempDir({ prefix: "program_" });
  const deno = `${folder}/deno`;
  await Deno.copyFile(Deno.execPath(), deno);
  await Deno.chmod(deno, 0o755);
  for (const module of await modulesOf(program)) {
    const copy = `${folder}/${relative(repository, module)}`;
    await Deno.mkdir(dirname(copy), { recursive: true });
    await Deno.copyFile(module, copy);
  }
  await Deno.chmod(folder, 0o755);
  return {
    deno,
    file: `${folder}/${relative(repository, program)}`,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

async function modulesOf(program: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-lock", "--no-config", program],
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout));
  return modules.flatMap(({ local }: { local?: string }) => local ?? []);
}
