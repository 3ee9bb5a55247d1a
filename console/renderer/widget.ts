/**
 * What every widget is given, and how it reaches the page.
 *
 * @module
 */
import type { ComponentChildren } from "preact";
import { useContext, useState } from "preact/hooks";
import { type Dict, dict, lookUp, type Scope, text } from "./paths.ts";
import { Page } from "./page_context.ts";

export interface WidgetProps {
  readonly node: Dict;
  readonly props: Dict;
  readonly scope: Scope;
  /** Its children. */
  readonly nodes: readonly unknown[];
  readonly draw: (nodes: readonly unknown[]) => ComponentChildren;
}

/** What a prop is bound to; the prop itself where that is nothing. */
export function useBound(
  { node, props, scope }: WidgetProps,
  name: string,
): unknown {
  const path = text(dict(node.bindings)[name]);
  const bound = path === undefined ? undefined : lookUp(scope, path);
  return bound ?? (Object.hasOwn(props, name) ? props[name] : undefined);
}

/** A value that a person changes. */
export interface Editable {
  readonly value: unknown;
  set(value: unknown): void;
}

/**
 * What an input edits: the state that it is bound to, or a value of its own.
 *
 * @param name The prop that holds the value.
 * @param binding The prop that names the path.
 */
export function useEditable(
  widget: WidgetProps,
  name: string,
  binding = "binding",
): Editable {
  const { model } = useContext(Page);
  const { node, props, scope } = widget;
  const path = text(props[binding]) ?? text(dict(node.bindings)[name]);
  const [own, setOwn] = useState<unknown>(props[name]);
  const first = path?.split(".")[0] ?? "";
  const isOurs = path !== undefined && model.isState(path) &&
    !Object.hasOwn(scope.variables, first);
  if (path === undefined) return { value: own, set: setOwn };
  return {
    value: lookUp(scope, path) ?? own,
    set: isOurs ? (value) => model.set(path, value) : setOwn,
  };
}

/** What a widget triggers. */
export interface Actions {
  /** What a click does, where it does something. */
  readonly click: (() => void) | undefined;
  readonly isBusy: boolean;
  /** Runs the action of an event, where there is one. */
  emit(event: string, value?: unknown): void;
}

/** The actions of a widget; what its loop gave it goes along. */
export function useActions({ node, props, scope }: WidgetProps): Actions {
  const { model } = useContext(Page);
  const actionOf = (event: string) =>
    text(dict(node.actions)[event]) ??
      (event === "onClick" ? text(props.action) : undefined);
  const emit = (event: string, value?: unknown) => {
    const id = actionOf(event);
    if (id === undefined) return;
    const payload = {
      ...scope.variables,
      ...dict(props.payload),
      ...(value === undefined ? {} : { value }),
    };
    model.run(id, payload);
  };
  const clicked = actionOf("onClick");
  return {
    click: clicked === undefined ? undefined : () => emit("onClick"),
    isBusy: clicked !== undefined && model.busy.value.has(clicked),
    emit,
  };
}
