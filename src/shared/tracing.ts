/**
 * OpenTelemetry spans. Nothing is made, and next to nothing is paid, where the
 * host has registered no tracer.
 *
 * @module
 */
import { messageOf, PluginError } from "./errors.ts";
import type { PluginIdentity } from "./plugin_identity.ts";
import { nameStack } from "./stack/readable_stack.ts";

/** What a span says beside its name. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** What a span is about. */
export interface SpanOptions {
  /** What it says beside its name. */
  readonly attributes: Attributes;
}

/** What is used of OpenTelemetry's spans. */
interface Span {
  setAttribute(name: string, value: string): unknown;
  recordException(exception: Error | string): void;
  setStatus(status: { code: number; message: string }): unknown;
  end(): void;
}

interface Tracer {
  startActiveSpan<R>(
    name: string,
    options: { attributes: Record<string, string | number | boolean> },
    run: (span: Span) => R,
  ): R;
}

interface TracerProvider {
  getTracer(name: string): Tracer;
}

/**
 * Where OpenTelemetry's API keeps what the host, or Deno itself, has registered.
 * The API need not be imported to find it there.
 */
const API: unique symbol = Symbol.for("opentelemetry.js.api.1");

/** Where it is kept. */
interface Registry {
  readonly [API]?: { readonly trace?: TracerProvider };
}

/** `SpanStatusCode.ERROR` */
const ERROR = 2;

const TRACER = "@dockstat/plugin-handler";

/** Whether spans go anywhere. Ask before building names and attributes. */
export function isTracing(): boolean {
  return tracerProvider() !== undefined;
}

/** What the API keeps; it is never replaced once it is there. */
let registered: { readonly trace?: TracerProvider } | undefined;

function tracerProvider(): TracerProvider | undefined {
  // To look a symbol up in the global object takes longer than a whole action.
  registered ??= (globalThis as typeof globalThis & Registry)[API];
  return registered?.trace;
}

/**
 * Runs a function within a span, which ends when the function, or the promise
 * that it returns, does.
 */
export function withSpan<R>(
  name: string,
  options: SpanOptions,
  run: () => R,
): R {
  const tracer = tracerProvider()?.getTracer(TRACER);
  if (tracer === undefined) return run();
  const attributes = { ...options.attributes };
  return tracer.startActiveSpan(name, { attributes }, (span) => {
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

/** Runs what loads a plugin within a span. */
export function traceLoad<R>(plugin: PluginIdentity, load: () => R): R {
  if (!isTracing()) return load();
  const attributes = pluginAttributes(plugin);
  return withSpan(`load ${plugin.name}`, { attributes }, load);
}

/**
 * The attributes that say which plugin a span is about.
 *
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
  span.setStatus({ code: ERROR, message });
  span.end();
}

/** The HTTP conventions ask for a name of low cardinality. */
function typeNameOf(error: unknown): string {
  return error instanceof Error ? error.name : "_OTHER";
}
