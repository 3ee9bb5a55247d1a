/**
 * The commands, and where each is found. A module is imported when its command
 * runs, or when its help is asked for.
 *
 * @module
 */
import { operatorCommands } from "../operator/registry.ts";
import type { RegisteredCommand } from "./cli_command.ts";

/** The commands by name, in the help's order. */
export const registry: Readonly<Record<string, RegisteredCommand>> = {
  init: {
    summary: "Make a project that bundles, checks and passes its test",
    group: "Authors",
    load: () => import("../author/init.ts"),
  },
  dev: {
    summary: "Run a plugin on a host of its own, built anew at each save",
    group: "Authors",
    load: () => import("../author/dev.ts"),
  },
  bundle: {
    summary: "Make one file of a plugin, and pin it in the manifest",
    group: "Authors",
    load: () => import("../author/bundle.ts"),
  },
  check: {
    summary: "Find what is wrong with a plugin; its code runs in a sandbox",
    group: "Authors",
    load: () => import("../author/check.ts"),
  },
  test: {
    summary: "Run the tests of a plugin",
    group: "Authors",
    load: () => import("../author/test.ts"),
  },
  preview: {
    summary: "Show the pages of a plugin with fake data",
    group: "Authors",
    load: () => import("../author/preview.ts"),
  },
  keygen: {
    summary: "Make a key pair to sign plugins with",
    group: "Authors",
    load: () => import("../author/keygen.ts"),
  },
  sign: {
    summary: "Sign a plugin's manifest",
    group: "Authors",
    load: () => import("../author/sign.ts"),
  },
  verify: {
    summary: "Verify a plugin's digest and signature, in a folder or at a URL",
    group: "Authors",
    load: () => import("../author/verify.ts"),
  },
  repo: {
    summary: "Write a repository's files, and serve them",
    group: "Authors",
    load: () => import("../author/repo.ts"),
  },
  publish: {
    summary: "Do everything of a release but the push",
    group: "Authors",
    load: () => import("../author/publish.ts"),
  },
  completion: {
    summary: "Print the completion script of a shell",
    group: "Shell",
    load: async () => {
      const { createCompletion } = await import("./completion.ts");
      return { command: createCompletion(registry) };
    },
  },
  ...operatorCommands,
};
