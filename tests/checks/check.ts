/**
 * Checks definitions for the tests of the checks.
 *
 * @module
 */
import { checkPlugin } from "../../src/checks/mod.ts";
import { openYaml } from "../../src/shared/document/lazy_yaml.ts";
import { contributionsOf } from "../loader/definitions.ts";

// As loading a plugin with such pages does.
await openYaml();

/** What the checks say of a definition, one line each. */
export function check(definition: unknown): string[] {
  return checkPlugin(contributionsOf(definition))
    .map(({ path, message }) => `${path} ${message}`);
}

/** What the checks say of one page, of a plugin with a few routes. */
export function checkPage(page: object, shared: object = {}): string[] {
  const actions = { run: () => null };
  const apiRoutes = {
    "GET /items": { actions: ["run"] },
    "POST /items": { actions: ["run"] },
    "/items/:id": { method: ["GET", "DELETE"], actions: ["run"] },
  };
  const routes = [{ path: "/", template: {}, ...page }];
  const frontend = { routes, ...shared };
  return check({ config: { actions, apiRoutes, frontend } }).map((line) =>
    line.replace("config.frontend.", "").replace("routes[0].", "")
  );
}
