/**
 * What can be set of a server, and what holds where nothing is.
 *
 * @module
 */
import {
  aBoolean,
  aFunction,
  checkOptions,
  milliseconds,
  oneOf,
  type OptionRule,
  type RulesOf,
  strings,
  withoutUndefined,
} from "../shared/option_rules.ts";
import type { FleetSource } from "../shared/fleet_overview.ts";
import type { Authenticator } from "./auth/authenticator.ts";
import type { FirstUser } from "./auth/first_user.ts";

/** The settings of a server. */
export interface ServerOptions {
  /**
   * The path that the server is mounted at, such as `"/agent"`. Requests are
   * answered with and without it, as a host's router may take it away; cookies
   * and links carry it.
   *
   * @default ""
   */
  mount?: string;
  /**
   * How the server knows who asks: `"local"` keeps users, sessions and keys in
   * the handler's database; `"none"` takes every request from this machine for
   * an admin's and refuses all others.
   *
   * @default "local"
   */
  authentication?: "local" | "none" | Authenticator;
  /**
   * With `authentication: "none"`: answer requests from other machines too.
   *
   * @default false
   */
  allowAnybody?: boolean;
  /**
   * Who may make the first admin, within 15 minutes of the start: whoever shows
   * the one-time token, a program on this machine too, or anybody.
   *
   * @default "loopback"
   */
  firstUser?: FirstUser;
  /**
   * The host names that requests may ask for, without ports; `"*"` for any.
   *
   * @default ["localhost", "127.0.0.1", "[::1]"]
   */
  allowedHosts?: readonly string[];
  /**
   * The origins of pages, beside the server's own, that may send changes and
   * read answers, such as `"http://localhost:5173"`.
   *
   * @default []
   */
  origins?: readonly string[];
  /**
   * Proxies whose forwarding headers count: addresses, or networks such as
   * `"10.0.0.0/8"`.
   *
   * @default []
   */
  trustedProxies?: readonly string[];
  /**
   * What access tokens are signed with, at least 32 characters; by default a
   * random secret that is kept in the database.
   */
  jwtSecret?: string;
  /**
   * How many milliseconds an access token lasts.
   *
   * @default 900000
   */
  accessTokenMs?: number;
  /**
   * How many milliseconds a session lasts without being renewed.
   *
   * @default 2592000000
   */
  sessionMs?: number;
  /**
   * Whether clients may name private, loopback and link-local addresses to
   * install from and to browse.
   *
   * @default false
   */
  allowPrivateHosts?: boolean;
  /**
   * What repositories are fetched with.
   *
   * @default globalThis.fetch
   */
  fetch?: typeof fetch;
  /**
   * A fleet that the console shows and whose rollouts operators steer, such as
   * a `FleetView` of `@dockstat/plugin-handler/fleet`. The server closes nothing
   * of it.
   *
   * @default none is shown
   */
  fleet?: FleetSource;
  /**
   * How many log lines the server keeps for its log page.
   *
   * @default 2000
   */
  logLines?: number;
}

/** The settings, with what holds where nothing is set. */
export type ResolvedServerOptions =
  & Required<Omit<ServerOptions, "jwtSecret" | "fleet">>
  & Pick<ServerOptions, "jwtSecret" | "fleet">;

const DEFAULTS: ResolvedServerOptions = {
  mount: "",
  authentication: "local",
  allowAnybody: false,
  firstUser: "loopback",
  allowedHosts: ["localhost", "127.0.0.1", "[::1]"],
  origins: [],
  trustedProxies: [],
  accessTokenMs: 15 * 60_000,
  sessionMs: 30 * 24 * 3_600_000,
  allowPrivateHosts: false,
  fetch: (input, init) => globalThis.fetch(input, init),
  logLines: 2_000,
};

const aMount: OptionRule = {
  allowed: 'a path such as "/agent", without a slash at the end',
  accepts: (value) =>
    typeof value === "string" && /^(?:\/[\w.~-]+)*$/.test(value),
};

const anAuthentication: OptionRule = {
  allowed: '"local", "none", or an object with authenticate()',
  accepts: (value) =>
    value === "local" || value === "none" ||
    (typeof value === "object" && value !== null &&
      "authenticate" in value && typeof value.authenticate === "function"),
};

const someOrigins: OptionRule = {
  allowed: 'an array of origins such as "http://localhost:5173"',
  accepts: (value) =>
    Array.isArray(value) &&
    value.every((item) =>
      typeof item === "string" && URL.parse(item)?.origin === item
    ),
};

const aSecret: OptionRule = {
  allowed: "a string of at least 32 characters",
  accepts: (value) => typeof value === "string" && value.length >= 32,
  secret: true,
};

const RULES: RulesOf<ServerOptions> = {
  mount: aMount,
  authentication: anAuthentication,
  allowAnybody: aBoolean,
  firstUser: oneOf("token", "loopback", "open"),
  allowedHosts: strings,
  origins: someOrigins,
  trustedProxies: strings,
  jwtSecret: aSecret,
  accessTokenMs: milliseconds,
  sessionMs: milliseconds,
  allowPrivateHosts: aBoolean,
  fetch: aFunction,
  fleet: {
    allowed: "an object with read(), pause(), resume(), halt() and promote()",
    accepts: (value) =>
      typeof value === "object" && value !== null &&
      ["read", "pause", "resume", "halt", "promote"].every((name) =>
        typeof Reflect.get(value, name) === "function"
      ),
  },
  logLines: {
    allowed: "a whole number from 1 to 100000",
    accepts: (value) =>
      Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 1e5,
  },
};

/**
 * Checks the settings of a server, and fills in the defaults.
 *
 * @throws {PluginError} `INVALID_OPTIONS`.
 */
export function resolveServerOptions(
  options: ServerOptions,
): ResolvedServerOptions {
  checkOptions(options, RULES);
  return { ...DEFAULTS, ...withoutUndefined(options) };
}
