/**
 * `/healthz`, `/readyz` and `/metrics`: what monitoring asks. The first two
 * are open and name nothing.
 *
 * @module
 */
import type { Hono } from "hono";
import {
  type Metric,
  PROMETHEUS_TYPE,
  prometheusText,
} from "../observe/prometheus.ts";
import type { ServerEnv } from "../server_env.ts";
import { requireAccess } from "../v1/v1_app.ts";

/** What the probes tell. */
export interface ProbeServices {
  /** Whether the server takes requests: it is not being shut down. */
  readonly isReady: () => boolean;
  /** The figures. */
  readonly metrics: () => readonly Metric[];
}

/** Adds the probes. */
export function addProbes(
  app: Hono<ServerEnv>,
  prefix: string,
  { isReady, metrics }: ProbeServices,
): void {
  app.get(`${prefix}/healthz`, (context) => context.text("ok"));
  app.get(
    `${prefix}/readyz`,
    (context) =>
      isReady() ? context.text("ready") : context.text("shutting down", 503),
  );
  app.get(
    `${prefix}/metrics`,
    requireAccess("viewer"),
    (context) =>
      context.body(prometheusText(metrics()), 200, {
        "content-type": PROMETHEUS_TYPE,
      }),
  );
}
