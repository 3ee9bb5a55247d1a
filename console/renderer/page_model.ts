/**
 * One open page: its state and data, its loaders, its actions. Nothing of it
 * outlives the page, so that no plugin sees what another one kept.
 *
 * @module
 */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { post } from "../api/client.ts";
import type { LoaderResult, PageAnswer } from "../api/types.ts";
import { go } from "../router.ts";
import { texts } from "../texts.ts";
import { confirmed } from "../ui/dialog.tsx";
import { type NoticeKind, notify } from "../ui/notices.tsx";
import { pageAddress } from "./addresses.ts";
import { evaluate } from "./expression.ts";
import {
  type Dict,
  dict,
  list,
  lookUp,
  type Scope,
  text,
  valueAt,
  withValueAt,
} from "./paths.ts";
import {
  actionsOf,
  named,
  type PageAction,
  type PageLoader,
  type Template,
} from "./template.ts";

const MIN_POLL_MS = 500;
const MAX_CHAIN = 20;
const KINDS = new Set(["success", "error", "info", "warning"]);
const LOCAL = new Set(["setState", "navigate", "reload", "custom"]);

/** What the server says of an action that ran. */
interface ActionResult {
  readonly success: boolean;
  readonly data?: unknown;
  readonly error?: string;
  readonly onSuccess?: Dict;
  readonly onError?: Dict;
}

export class PageModel {
  /** What widgets read, the computed values among the state. */
  readonly scope: ReadonlySignal<Scope>;
  /** The actions that run. */
  readonly busy = signal<ReadonlySet<string>>(new Set());
  /** Why loaders failed, by their names. */
  readonly failures = signal<ReadonlyMap<string, string>>(new Map());

  readonly #page: PageAnswer;
  readonly #state = signal<Dict>({});
  readonly #data = signal<Dict>({});
  readonly #actions: ReadonlyMap<string, PageAction>;
  readonly #loaders: ReadonlyMap<string, PageLoader>;
  readonly #timers = new Set<ReturnType<typeof setInterval>>();
  readonly #resting = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #loading = new Set<string>();
  #isClosed = false;

  constructor(page: PageAnswer, template: Template) {
    this.#page = page;
    this.#actions = actionsOf(page.actions, page.template);
    this.#loaders = named<PageLoader>(page.loaders);
    this.#state.value = { ...template.initial, ...page.initial.state };
    this.#data.value = { ...page.initial.data };
    this.scope = computed(() => this.#scopeWith(template.computed));
    for (const result of page.initial.results) this.#noteFailure(result);
  }

  #scopeWith(expressions: Dict): Scope {
    const state = this.#state.value;
    const scope = { state, data: this.#data.value, variables: {} };
    const values = Object.entries(expressions).map(([name, expression]) =>
      [name, evaluate(String(expression), scope)] as const
    );
    return { ...scope, state: { ...Object.fromEntries(values), ...state } };
  }

  /** Begins to poll. */
  open(): void {
    this.#isClosed = false;
    for (const { id, polling } of this.#loaders.values()) {
      const { interval, enabled } = dict(polling);
      if (typeof interval !== "number" || !enabled) continue;
      const poll = () => {
        if (document.hidden || !this.#wantsPolling(enabled)) return;
        this.load(id);
      };
      this.#timers.add(setInterval(poll, Math.max(interval, MIN_POLL_MS)));
    }
  }

  /** Ends everything that would still come. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const timer of this.#resting.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#resting.clear();
  }

  #wantsPolling(enabled: unknown): boolean {
    return typeof enabled === "string"
      ? Boolean(lookUp(this.scope.value, enabled))
      : enabled === true;
  }

  /** Changes what a widget is bound to. */
  set(path: string, value: unknown): void {
    const keys = path.trim().split(".");
    const isPrefixed = keys[0] === "state" && keys.length > 1 &&
      !Object.hasOwn(this.#state.value, "state");
    this.#state.value = withValueAt(
      this.#state.value,
      isPrefixed ? keys.slice(1) : keys,
      value,
    );
  }

  /** Whether a path leads into the state, so that a widget may change it. */
  isState(path: string): boolean {
    const first = path.trim().split(".")[0]!;
    return first === "state" || Object.hasOwn(this.#state.value, first) ||
      !Object.hasOwn(this.#data.value, first);
  }

  /** Runs a loader; one that runs already is not run twice. */
  async load(id: string): Promise<void> {
    if (this.#loading.has(id) || this.#isClosed) return;
    this.#loading.add(id);
    try {
      const { pluginId, path } = this.#page;
      const result = await post<LoaderResult>(
        `/plugins/${pluginId}/pages/loaders/${encodeURIComponent(id)}`,
        { path, state: this.#state.value },
      );
      if (!this.#isClosed) this.#apply(result);
    } catch (error) {
      const { message } = error as Error;
      this.#noteFailure({ loaderId: id, success: false, error: message });
    } finally {
      this.#loading.delete(id);
    }
  }

  #apply(result: LoaderResult): void {
    this.#noteFailure(result);
    if (!result.success) return;
    const { loaderId, stateKey, dataKey, data } = result;
    if (stateKey !== undefined) {
      this.#state.value = { ...this.#state.value, [stateKey]: data };
    }
    const key = dataKey ?? (stateKey === undefined ? loaderId : undefined);
    if (key !== undefined) {
      this.#data.value = { ...this.#data.value, [key]: data };
    }
  }

  #noteFailure({ loaderId, success, error }: LoaderResult): void {
    const before = this.failures.value;
    if (success && !before.has(loaderId)) return;
    const failures = new Map(before);
    if (success) failures.delete(loaderId);
    else failures.set(loaderId, error ?? "");
    this.failures.value = failures;
  }

  /** Runs an action, after its rest and its question. */
  async run(id: string, payload?: unknown, depth = 0): Promise<void> {
    const action = this.#actions.get(id);
    if (action === undefined) {
      return notify(texts.page.unknownAction(id), "error");
    }
    if (depth > MAX_CHAIN || this.#isClosed) return;
    await this.#rested(action);
    if (!await agreed(action)) return;
    this.#setBusy(id, true);
    try {
      await this.#follow(action, await this.#perform(action, payload), depth);
    } finally {
      this.#setBusy(id, false);
    }
  }

  #rested({ id, debounce }: PageAction): Promise<void> {
    clearTimeout(this.#resting.get(id));
    if (typeof debounce !== "number" || debounce <= 0) {
      return Promise.resolve();
    }
    // Who asks again in the meantime takes the place of who asked before.
    return new Promise((resolve) => {
      this.#resting.set(id, setTimeout(resolve, debounce));
    });
  }

  #setBusy(id: string, isBusy: boolean): void {
    const busy = new Set(this.busy.value);
    if (isBusy) busy.add(id);
    else busy.delete(id);
    this.busy.value = busy;
  }

  /** The server runs what reaches the plugin, and fills bindings in. */
  async #perform(action: PageAction, payload: unknown): Promise<ActionResult> {
    const isLocal = LOCAL.has(action.type) &&
      !JSON.stringify(action).includes("{{");
    if (isLocal) return { ...action, success: true, data: action };
    const { pluginId, path } = this.#page;
    try {
      return await post<ActionResult>(
        `/plugins/${pluginId}/pages/actions/${encodeURIComponent(action.id)}`,
        { path, state: this.#state.value, payload },
      );
    } catch (error) {
      const { message } = error as Error;
      return { success: false, error: message, onError: action.onError };
    }
  }

  async #follow(
    action: PageAction,
    result: ActionResult,
    depth: number,
  ): Promise<void> {
    if (this.#isClosed) return;
    if (result.success) await this.#take(action, dict(result.data));
    const outcome = dict(result.success ? result.onSuccess : result.onError);
    if (!result.success && outcome.notify === undefined) {
      notify(result.error ?? texts.page.actionFailed, "error");
    }
    await this.#settle(outcome, result, depth);
  }

  /** What the actions that the page itself performs ask for. */
  async #take({ id, type }: PageAction, asked: Dict): Promise<void> {
    switch (type) {
      case "setState":
        this.#state.value = {
          ...this.#state.value,
          ...dict(asked.stateUpdates),
        };
        break;
      case "navigate":
        this.#navigate(asked.path);
        break;
      case "reload": {
        const wanted = asked.loaderIds === undefined
          ? [...this.#loaders.keys()]
          : list(asked.loaderIds).map(String);
        await Promise.all(wanted.map((loader) => this.load(loader)));
        break;
      }
      case "custom":
        notify(texts.page.noHandler(id), "warning");
    }
  }

  async #settle(
    outcome: Dict,
    result: ActionResult,
    depth: number,
  ): Promise<void> {
    const updates = Object.entries(dict(outcome.setState))
      .map(([key, value]) => [key, fromResult(value, result)] as const);
    this.#state.value = {
      ...this.#state.value,
      ...Object.fromEntries(updates),
    };
    const { message, type } = dict(outcome.notify);
    if (text(message)) {
      notify(
        text(message)!,
        KINDS.has(type as string)
          ? type as NoticeKind
          : result.success
          ? "success"
          : "error",
      );
    }
    this.#navigate(outcome.navigate);
    const next = text(outcome.triggerAction);
    if (next !== undefined) await this.run(next, undefined, depth + 1);
  }

  #navigate(path: unknown): void {
    if (typeof path === "string") go(pageAddress(this.#page.plugin, path));
  }
}

/** The server has filled paths in; what ran here has them still. */
function fromResult(value: unknown, result: ActionResult): unknown {
  if (typeof value !== "string" || !value.startsWith("result.")) return value;
  const path = value.split(".").slice(1);
  return valueAt(result.data, path) ?? valueAt(result, path);
}

async function agreed({ confirm }: PageAction): Promise<boolean> {
  const { message, title, confirmText, cancelText } = dict(confirm);
  const question = text(message);
  if (question === undefined) return true;
  return await confirmed({
    title: text(title) ?? texts.page.confirmTitle,
    message: question,
    confirm: text(confirmText) ?? texts.page.confirm,
    cancel: text(cancelText),
  });
}
