/**
 * Checks what a guest sent against the protocol, field by field, before any
 * other code of the host sees it.
 *
 * @module
 */
import { MAX_MESSAGE } from "../../shared/text/clip.ts";
import { MAX_EMITTED } from "../../execution/plugin_emitter.ts";
import { PluginError } from "../../shared/errors.ts";
import { MAX_LINE } from "./wire_limits.ts";
import type { HostBoundMessage } from "./protocol.ts";

type Check = (value: unknown) => boolean;

const isId: Check = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0;
const isLimit: Check = (value) =>
  value === undefined || (typeof value === "number" && value >= 0);
const noLonger = (max: number): Check => (value) =>
  typeof value === "string" && value.length <= max;
const isLine = noLonger(MAX_LINE);
const isReason = noLonger(MAX_MESSAGE);
const isEmitted: Check = (value) =>
  value === undefined || noLonger(MAX_EMITTED)(value);
const isAny: Check = () => true;
const isError: Check = (value) => value instanceof Error;
const isBytes: Check = (value) => value instanceof Uint8Array;
const mayBeBytes: Check = (value) => value === undefined || isBytes(value);
const isRecord: Check = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const oneOf = (...words: string[]): Check => (value) =>
  words.includes(value as string);
const FIELDS: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  // Or "constructor" would be a type.
  __proto__: null as never,
  ready: { protocol: isId },
  loaded: { contributions: isRecord },
  refused: { error: isError },
  step: { id: isId, index: isId, timeoutMs: isLimit },
  reply: { id: isId, value: isBytes, bytes: mayBeBytes },
  failure: { id: isId, value: isBytes },
  query: { frame: isBytes },
  log: { level: oneOf("error", "warn", "info", "debug"), text: isLine },
  emit: { event: noLonger(MAX_EMITTED), json: isEmitted },
  fault: { error: isAny },
  pong: {},
  closed: {},
  pull: { stream: isId },
  end: { stream: isId },
  cancel: { stream: isId },
  chunk: { stream: isId, bytes: isBytes },
  fail: { stream: isId, reason: isReason },
};

/**
 * Checks a decoded message.
 *
 * @throws {PluginError} `SANDBOX_CRASHED` where it is none.
 */
export function hostBound(value: unknown): HostBoundMessage {
  const type = isRecord(value) ? (value as { type?: unknown }).type : undefined;
  const fields = typeof type === "string" ? FIELDS[type] : undefined;
  if (fields === undefined || !has(value, fields)) {
    throw new PluginError(
      "SANDBOX_CRASHED",
      "Cannot read a message of another process: it is not part of the protocol",
    );
  }
  return value as HostBoundMessage;
}

function has(value: unknown, fields: Readonly<Record<string, Check>>): boolean {
  if (!isRecord(value)) return false;
  const record = value as Record<string, unknown>;
  for (const name in fields) {
    if (!Object.hasOwn(record, name) || !fields[name]!(record[name])) {
      return false;
    }
  }
  return true;
}
