/**
 * Bundles the console into a module of the server, so that it is served without
 * files beside the code. With `--check` it fails where the module in the
 * repository is not what the sources make.
 *
 * @module
 */
const OUTPUT = "src/server/console/console_bundle.ts";

/** The style sheets, in the order in which they apply. */
const STYLES = ["tokens", "base", "shell", "parts", "pages", "widgets"];

async function bundleConsole(): Promise<string> {
  const [script, icon, ...styles] = await Promise.all([
    bundledScript(),
    Deno.readTextFile("console/icon.svg"),
    ...STYLES.map((name) => Deno.readTextFile(`console/styles/${name}.css`)),
  ]);
  return `// deno-fmt-ignore-file
// Made by "deno task bundle:console"; not to be edited.
/**
 * The console's script, style sheet and icon, as text.
 *
 * @module
 */

/** The source text of the script. */
export const CONSOLE_SCRIPT: string = ${JSON.stringify(script)};

/** The source text of the style sheet. */
export const CONSOLE_STYLE: string = ${JSON.stringify(shortened(styles))};

/** The icon. */
export const CONSOLE_ICON: string = ${JSON.stringify(icon.trim())};
`;
}

async function bundledScript(): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      "--minify",
      "--platform=browser",
      "console/main.tsx",
    ],
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

/** Without comments and indentation. */
function shortened(styles: readonly string[]): string {
  return styles.join("\n")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\n\s*/g, "\n")
    .replace(/\n+/g, "\n")
    .trim();
}

if (import.meta.main) {
  const text = await bundleConsole();
  if (!Deno.args.includes("--check")) {
    await Deno.writeTextFile(OUTPUT, text);
  } else if (await Deno.readTextFile(OUTPUT) !== text) {
    console.error(`${OUTPUT} is out of date; run "deno task bundle:console"`);
    Deno.exitCode = 1;
  }
}
