/**
 * Shows what the server answers: grey lines before, the reason where it fails.
 *
 * @module
 */
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ask } from "../api/client.ts";
import { changes } from "../api/events.ts";
import { texts } from "../texts.ts";
import { Button, Empty, Loading } from "./parts.tsx";

export interface Loaded<T> {
  readonly data: T | undefined;
  readonly error: Error | undefined;
  reload(): Promise<void>;
}

/** Loads an answer, and again whenever something became of a plugin. */
export function useLoad<T>(path: string, everyMs?: number): Loaded<T> {
  const [state, setState] = useState<
    { path: string; data?: T; error?: Error }
  >({ path });
  const current = useRef(path);
  current.current = path;
  const reload = useCallback(async () => {
    try {
      const data = await ask<T>(path);
      if (current.current === path) setState({ path, data });
    } catch (error) {
      if (current.current !== path) return;
      setState((before) => ({
        path,
        data: before.path === path ? before.data : undefined,
        error: error as Error,
      }));
    }
  }, [path]);
  const change = changes.value;
  useEffect(() => void reload(), [reload, change]);
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [reload, everyMs]);
  const isCurrent = state.path === path;
  return {
    data: isCurrent ? state.data : undefined,
    error: isCurrent ? state.error : undefined,
    reload,
  };
}

export function Show<T>(
  { loaded, children }: {
    loaded: Loaded<T>;
    children: (data: T) => ComponentChildren;
  },
) {
  const { data, error, reload } = loaded;
  if (data !== undefined) return <>{children(data)}</>;
  if (error === undefined) return <Loading />;
  return (
    <Empty title={texts.loadFailed}>
      <p>{error.message}</p>
      <Button onPress={reload}>{texts.retry}</Button>
    </Empty>
  );
}
