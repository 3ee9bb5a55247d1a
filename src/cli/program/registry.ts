/**
 * The commands, and where each is found. A module is imported when its command
 * runs, or when its help is asked for.
 *
 * @module
 */
import type { RegisteredCommand } from "./cli_command.ts";

/** The commands by name, in the help's order. */
export const registry: Readonly<Record<string, RegisteredCommand>> = {
  bundle: {
    summary: "Make one file of a plugin, and pin it in the manifest",
    group: "Authors",
    load: () => import("../author/bundle.ts"),
  },
  keygen: {
    summary: "Make a key pair to sign plugins with",
    group: "Authors",
    load: () => import("../author/keygen.ts"),
  },
  completion: {
    summary: "Print the completion script of a shell",
    group: "Shell",
    load: async () => {
      const { createCompletion } = await import("./completion.ts");
      return { command: createCompletion(registry) };
    },
  },
};
