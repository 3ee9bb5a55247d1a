/**
 * The texts around the code of a new plugin.
 *
 * @module
 */
import type { NewPlugin } from "./new_plugin.ts";

/** The file for a forge's CI. */
export const WORKFLOW = `name: ci
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: denoland/setup-deno@v2
      - run: deno fmt --check
      - run: deno lint
      - run: deno task check
      - run: deno task test
      - run: deno task bundle
`;

/** The text of README.md. */
export function readme({ name, description }: NewPlugin): string {
  return `# ${name}

${description}

- \`deno task dev\` runs it on a host of its own, reloaded at each save.
- \`deno task preview\` shows its pages with made-up data.
- \`deno task test\` runs the tests.
- \`deno task check\` finds what is wrong; the code runs in a sandbox.
- \`deno task bundle\` writes \`bundle/index.js\` and pins it in \`manifest.json\`.
- \`deno task sign --key <file>\` signs the manifest.
- \`deno task repo\` writes the files that agents find plugins by; with
  \`--serve\` it serves them on this machine.
- \`deno task publish --key <file>\` does all of a release but the push.

Operators install it by the address of \`manifest.json\`.
`;
}
