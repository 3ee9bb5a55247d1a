/**
 * The application of `/api/v2`, the original's dialect.
 *
 * @module
 */
import type { Hono } from "hono";
import type { PluginHandler } from "../../handler/plugin_handler.ts";
import type { Accounts } from "../auth/accounts.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Repositories } from "../catalogue/repositories.ts";
import type { Observation } from "../observe/observation.ts";
import type { ServerEnv } from "../server_env.ts";
import type { ResolvedServerOptions } from "../server_options.ts";
import { addAuthRoutes } from "./auth_routes.ts";
import { addConfigRoutes } from "./config_routes.ts";
import { dialectApp } from "./dialect.ts";
import { addManagementRoutes } from "./management_routes.ts";
import { addPageRoutes } from "./page_routes.ts";
import { addRepositoryRoutes } from "./repository_routes.ts";
import { addSocketRoutes } from "./socket_routes.ts";

/** What the dialect needs. */
export interface V2Services {
  /** The handler. */
  readonly handler: PluginHandler;
  /** The accounts; none where the host authenticates. */
  readonly accounts: Accounts | undefined;
  /** The repositories. */
  readonly repositories: Repositories;
  /** What they offer. */
  readonly catalogue: Catalogue;
  /** What happens. */
  readonly observation: Observation;
  /** The settings. */
  readonly options: ResolvedServerOptions;
}

/** Makes the application. */
export function v2App(services: V2Services): Hono<ServerEnv> {
  const { handler, accounts, options } = services;
  const app = dialectApp();
  if (accounts !== undefined) addAuthRoutes(app, accounts, options);
  addManagementRoutes(app, {
    handler,
    allowPrivateHosts: options.allowPrivateHosts,
  });
  addPageRoutes(app, handler);
  addRepositoryRoutes(app, services);
  addConfigRoutes(app, handler.database.driver);
  addSocketRoutes(app, services);
  return app;
}
