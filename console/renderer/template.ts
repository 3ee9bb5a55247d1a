/**
 * Templates in all their forms, as one.
 *
 * @module
 */
import { type Dict, dict, list, text } from "./paths.ts";

/** A template that can be drawn. */
export interface Template {
  readonly layout: Dict;
  readonly widgets: readonly unknown[];
  readonly initial: Dict;
  readonly computed: Dict;
  readonly fragments: ReadonlyMap<string, Dict>;
}

/** Reads a template; `undefined` where there is nothing to draw. */
export function readTemplate(
  template: unknown,
  fragments: readonly unknown[],
): Template | undefined {
  const read = typeof template === "string" ? parsed(template) : template;
  const widgets = widgetsOf(dict(read));
  if (widgets === undefined) return undefined;
  const { layout, state } = dict(read);
  return {
    layout: dict(layout),
    widgets,
    initial: dict(dict(state).initial),
    computed: dict(dict(state).computed),
    fragments: new Map(
      fragments.map(dict).flatMap((fragment) => {
        const id = text(fragment.id);
        return id === undefined ? [] : [[id, fragment] as const];
      }),
    ),
  };
}

/** The server hands YAML on as objects; what is text by now is JSON. */
function parsed(template: string): unknown {
  try {
    return JSON.parse(template);
  } catch {
    return undefined;
  }
}

/** The seed's templates are one node, with or without an empty list beside it. */
function widgetsOf(template: Dict): readonly unknown[] | undefined {
  const { widgets, type } = template;
  const isNode = typeof type === "string" &&
    (!Array.isArray(widgets) || widgets.length === 0);
  if (isNode) return [template];
  return Array.isArray(widgets) ? widgets : undefined;
}

/** An action of a page, as far as the console reads it. */
export interface PageAction {
  readonly id: string;
  readonly type: string;
  readonly stateUpdates?: Dict;
  readonly path?: string;
  readonly loaderIds?: readonly string[];
  readonly confirm?: Dict;
  readonly debounce?: number;
  readonly onSuccess?: Dict;
  readonly onError?: Dict;
}

/** A loader of a page. */
export interface PageLoader {
  readonly id: string;
  readonly polling?: Dict;
  readonly stateKey?: string;
  readonly dataKey?: string;
}

/** Entries with a name, the first of each name. */
export function named<T extends { readonly id: string }>(
  entries: readonly unknown[],
): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const entry of entries) {
    const id = text(dict(entry).id);
    if (id !== undefined && !found.has(id)) found.set(id, entry as T);
  }
  return found;
}

/** The actions of the page, and those of its template that are new. */
export function actionsOf(
  actions: readonly unknown[],
  template: unknown,
): ReadonlyMap<string, PageAction> {
  return named<PageAction>([...actions, ...list(dict(template).actions)]);
}
