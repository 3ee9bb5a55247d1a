/**
 * OpenTelemetry spans. Nothing is made, and next to nothing is paid, where the
 * host has registered no tracer.
 *
 * @module
 */
import {
  type Attributes,
  ProxyTracerProvider,
  type Span,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { messageOf, PluginError } from "./errors.ts";
import type { PluginIdentity } from "./plugin_identity.ts";
import { nameStack } from "./readable_stack.ts";

/** What a span is about. */
export interface SpanOptions {
  /** What it says beside its name. */
  readonly attributes: Attributes;
}

/** What the API answers with as long as nothing is registered. */
const NOOP = new ProxyTracerProvider().getDelegate();

const TRACER = "@dockstat/plugin-handler";

/**
 * Whether spans go anywhere. Ask before building names and attributes.
 *
 * @returns Whether a tracer is registered.
 */
export function isTracing(): boolean {
  const provider = trace.getTracerProvider();
  return provider instanceof ProxyTracerProvider
    ? provider.getDelegate() !== NOOP
    : true;
}

/**
 * Runs a function within a span, which ends when the function, or the promise
 * that it returns, does.
 *
 * @param name The name of the span.
 * @param options What it says.
 * @param run The function.
 * @returns What the function returns.
 */
export function withSpan<R>(
  name: string,
  options: SpanOptions,
  run: () => R,
): R {
  const tracer = trace.getTracer(TRACER);
  return tracer.startActiveSpan(name, { ...options }, (span) => {
    try {
      const result = run();
      if (result instanceof Promise) {
        return endAfter(span, result) as R;
      }
      span.end();
      return result;
    } catch (error) {
      fail(span, error);
      throw error;
    }
  });
}

/**
 * Runs what loads a plugin within a span.
 *
 * @param plugin The plugin.
 * @param load What loads it.
 * @returns What it returns.
 */
export function traceLoad<R>(plugin: PluginIdentity, load: () => R): R {
  if (!isTracing()) return load();
  const attributes = pluginAttributes(plugin);
  return withSpan(`load ${plugin.name}`, { attributes }, load);
}

/**
 * The attributes that say which plugin a span is about.
 *
 * @param plugin The plugin.
 * @returns Its id, name and version.
 */
export function pluginAttributes(plugin: PluginIdentity): Attributes {
  return {
    "dockstat.plugin.id": plugin.id,
    "dockstat.plugin.name": plugin.name,
    "dockstat.plugin.version": plugin.version,
  };
}

async function endAfter<R>(span: Span, pending: Promise<R>): Promise<R> {
  try {
    const result = await pending;
    span.end();
    return result;
  } catch (error) {
    fail(span, error);
    throw error;
  }
}

function fail(span: Span, error: unknown): void {
  // Whoever looks at traces sees plugins' names, as whoever reads logs does.
  nameStack(error);
  const message = messageOf(error);
  span.setAttribute(
    "error.type",
    error instanceof PluginError ? error.code : typeNameOf(error),
  );
  span.recordException(error instanceof Error ? error : message);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.end();
}

/** The HTTP conventions ask for a name of low cardinality. */
function typeNameOf(error: unknown): string {
  return error instanceof Error ? error.name : "_OTHER";
}
