/**
 * Walks the way from an idea to an updated plugin on an agent, as real processes
 * in a scratch folder, and writes `docs/getting-started.md` of what they print.
 * With `--check` it writes nothing, and fails where the page is not current.
 *
 * Needs `--allow-all`: it starts processes with narrow permissions.
 *
 * @module
 */
import { join } from "@std/path";
import { repository } from "./package_config.ts";
import { Walk } from "./walk.ts";

const PAGE = `${repository}/docs/getting-started.md`;

const HEAD = `# Getting started

<!-- Made by \`deno task docs:started\`, which runs every command of this page. -->

From an idea to a plugin that an agent has installed and updated.
\`dockstat-plugins\` is the command line of [cli.md](cli.md); what you need is
Deno. Digests and keys are other ones with you.
`;

/** Walks the whole way; returns the page. */
export async function gettingStarted(): Promise<string> {
  const root = await Deno.makeTempDir({ prefix: "walk_" });
  try {
    await using walk = new Walk(root);
    await write(walk, join(root, "container-log"));
    await publish(walk, join(root, "container-log"));
    await operate(walk, join(root, "agent"), join(root, "container-log"));
    return `${HEAD}\n${walk.text}`;
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function write(walk: Walk, project: string): Promise<void> {
  walk.say(
    "## Write it",
    "`init` makes a project with a table, routes, a page, hooks, a schedule, a setting and a test. It asks, or takes everything as options.",
  );
  await walk.run(walk.root, "init container-log --yes", [
    "--handler",
    repository,
  ]);
  walk.say(
    "`dev` runs it on a host of its own, with the console, and builds it anew at each save. The plugin runs in a sandbox; its data stays.",
  );
  const dev = await walk.start(
    project,
    "dev",
    /Console: (\S+)\/console\nErrors.*\n/,
    8788,
  );
  await walk.request(
    `${dev.found}/dev/emit?event=container:started`,
    "POST",
    "Fire an event at it:",
  );
  const count = `${dev.found}/plugins/container-log/routes/count`;
  await walk.request(count, "GET", "and ask one of its routes:");
  walk.say("Change `entries:` to `kept:` in `plugin.ts`, and save:");
  const before = dev.printed();
  await walk.edit(join(project, "plugin.ts"), "({ entries:", "({ kept:");
  await dev.waitFor(/loaded in \d+ ms/, before);
  await walk.request(count, "GET", "The same route answers by the new code:");
  await dev.stop();
  await walk.edit(join(project, "plugin.ts"), "({ kept:", "({ entries:");
}

async function publish(walk: Walk, project: string): Promise<void> {
  walk.say(
    "## Check and bundle it",
    "`check` reads the manifest, the types, the pages and the code, and asks the plugin in a sandbox what it contributes.",
  );
  await walk.run(project, "check");
  await walk.run(project, "test", [], "quiet");
  await walk.run(project, "bundle");
  walk.say(
    "## Sign it",
    "Operators trust keys. Keep the private one to yourself, encrypted with a passphrase; here it lies in a file, as in CI.",
  );
  await Deno.writeTextFile(join(walk.root, "passphrase.txt"), "one of yours\n");
  await walk.run(
    project,
    "keygen --out ../jane.key --passphrase-file ../passphrase.txt",
  );
  await walk.run(
    project,
    "sign --key ../jane.key --passphrase-file ../passphrase.txt",
  );
  walk.say(
    "## Offer it",
    "`repo` writes the files that agents find plugins by. Push the folder to a forge, or serve it:",
  );
}

async function operate(
  walk: Walk,
  agent: string,
  project: string,
): Promise<void> {
  await Deno.mkdir(agent);
  const repo = await walk.start(
    project,
    "repo --serve",
    /Serving (http:\S+)\/repo\.json\n/,
    8080,
  );
  walk.say(
    "## Install it",
    "On another machine an agent runs. It installs what the key signed, and nothing else; private addresses are allowed since this walk stays on one machine.",
  );
  const key = walk.publicKey();
  const serve = await walk.start(
    agent,
    `serve --db agent.db --trust jane=${key} --require-signature --allow-private-hosts`,
    /Serving on (http:\S+);.*\n.*15 minutes.*\n/,
    8787,
  );
  const address = `${repo.found}/manifest.json`;
  await walk.run(agent, `install ${address} --db agent.db --yes`);
  await walk.run(agent, "list --db agent.db");
  walk.say(
    "## Update it",
    "Raise the version in `manifest.json`, say in `CHANGELOG.md` what changed, and publish: that checks, bundles, signs and renews the repository's files.",
  );
  await walk.edit(join(project, "manifest.json"), '"0.1.0"', '"0.2.0"');
  await walk.edit(
    join(project, "CHANGELOG.md"),
    "## 0.1.0",
    "## 0.2.0\n\n- Counts better.\n\n## 0.1.0",
  );
  await walk.run(
    project,
    "publish --key ../jane.key --passphrase-file ../passphrase.txt",
  );
  walk.say("The operator takes it:");
  await walk.run(agent, "update container-log --db agent.db");
  await walk.run(agent, "list --db agent.db");
  await serve.stop();
  await repo.stop();
}

if (import.meta.main) {
  const page = await gettingStarted();
  if (!Deno.args.includes("--check")) await Deno.writeTextFile(PAGE, page);
  else if (await Deno.readTextFile(PAGE).catch(() => "") !== page) {
    console.error(
      "docs/getting-started.md is out of date: run deno task docs:started",
    );
    Deno.exit(1);
  }
}
