/**
 * The types by which the pages of one inline definition are checked: what they
 * call and what they name must be there.
 *
 * @module
 */
import type { FrontendAction, FrontendLoader } from "../frontend.ts";
import type { WidgetProps, WidgetType } from "../widget.ts";

/** Makes every list in a type one that may be read only. */
export type Frozen<T> = T extends readonly (infer I)[] ? readonly Frozen<I>[]
  : T extends object ? { readonly [K in keyof T]: Frozen<T[K]> }
  : T;

/** A page, so far as names are read from it. */
export interface PageShape {
  /** The path. */
  readonly path: string;
  /** The template. */
  readonly template: object | string;
  /** What the navigation shows. */
  readonly meta?: object;
  /** The loaders. */
  readonly loaders?: readonly Frozen<FrontendLoader>[];
  /** The actions. */
  readonly actions?: readonly Frozen<FrontendAction>[];
}

/** Pages, so far as names are read from them. */
export interface PagesShape {
  /** The pages. */
  readonly routes?: readonly PageShape[];
  /** Fragments for all pages. */
  readonly sharedFragments?: readonly object[];
  /** Actions of all pages. */
  readonly globalActions?: readonly Frozen<FrontendAction>[];
  /** Loaders of all pages. */
  readonly globalLoaders?: readonly Frozen<FrontendLoader>[];
  /** State of all pages. */
  readonly globalState?: {
    readonly initial?: object;
    readonly computed?: Readonly<Record<string, string>>;
  };
}

/** What a type has under a name; undefined where it has nothing. */
export type Member<T, K extends PropertyKey> = T extends
  { readonly [P in K]: infer V } ? V
  : undefined;

/** The ids of a list of parts. */
export type IdsIn<L> = L extends readonly { readonly id: infer I }[]
  ? I & string
  : never;

/** What a page calls to reach a route. */
export type CallOf<P extends string> = P extends `${string} ${infer Path}`
  ? CallOf<Path>
  : P extends `${infer Head}/:${string}/${infer Tail}`
    ? CallOf<`${Head}/${string}/${Tail}`>
  : P extends `${infer Head}/:${string}` ? `${Head}/${string}` | Head
  : P extends `${infer Head}*` ? `${Head}${string}`
  : P;

/** A path with and without its leading slash. */
export type Slashless<P extends string> = P extends `/${infer Rest}` ? P | Rest
  : P;

/** The addresses that the routes of a definition answer. */
export type AddressesOf<R> = string extends keyof R ? string
  : Slashless<CallOf<keyof R & string>> extends infer P extends string
    ? P | `${P}?${string}`
  : never;

/** The ids of the loaders and actions that a page has. */
export interface Names {
  /** The addresses that a route answers. */
  readonly calls: string;
  /** The ids of loaders. */
  readonly loaders: string;
  /** The ids of actions. */
  readonly actions: string;
}

/** What the parts of one page may name. */
export interface NamesOf<R, F, P> extends Names {
  /** The addresses that a route answers. */
  readonly calls: AddressesOf<R>;
  /** The ids of loaders. */
  readonly loaders:
    | IdsIn<Member<F, "globalLoaders">>
    | IdsIn<Member<P, "loaders">>
    | IdsIn<Member<Member<P, "template">, "loaders">>;
  /** The ids of actions. */
  readonly actions:
    | IdsIn<Member<F, "globalActions">>
    | IdsIn<Member<P, "actions">>
    | IdsIn<Member<Member<P, "template">, "actions">>;
}

/** Stands in a message of the compiler for what is not one of `TNames`. */
export interface NotAmong<TNames> {
  /** The names that there are; never there. */
  readonly "~notAmong": TNames;
}

/** A name where it is one of those that there are, or not known. */
export type Among<V, TNames extends string> = [V] extends [undefined] ? unknown
  : string extends V ? unknown
  : V extends TNames ? unknown
  : NotAmong<TNames>;

/** Names of which each is one of those that there are. */
export type AllAmong<L, TNames extends string> = L extends readonly unknown[]
  ? { readonly [I in keyof L]: Among<L[I], TNames> }
  : unknown;

/**
 * Loaders that call routes which are there. What a part is stays in what it has
 * to be, here and below: else the compiler takes the rest of it for too much.
 */
export type CheckedLoaders<L, N extends Names> = {
  readonly [I in keyof L]: L[I] & {
    readonly apiRoute: Among<Member<L[I], "apiRoute">, N["calls"]>;
  };
};

/** What follows an action: an action that is there. */
export type CheckedOutcome<O, N extends Names> = {
  readonly triggerAction?: Among<Member<O, "triggerAction">, N["actions"]>;
};

/** Actions that call and name what is there. */
export type CheckedActions<L, N extends Names> = {
  readonly [I in keyof L]: L[I] & {
    readonly apiRoute?: Among<Member<L[I], "apiRoute">, N["calls"]>;
    readonly loaderIds?: AllAmong<Member<L[I], "loaderIds">, N["loaders"]>;
    readonly onSuccess?: CheckedOutcome<Member<L[I], "onSuccess">, N>;
    readonly onError?: CheckedOutcome<Member<L[I], "onError">, N>;
  };
};

/** Props of which each is what its widget takes. */
export type CheckedProps<P, TProps, N extends Names> = {
  readonly [K in keyof P]: K extends "action" ? Among<P[K], N["actions"]>
    : K extends keyof TProps ? P[K] extends TProps[K] ? unknown
      : NotAmong<TProps[K]>
    : unknown;
};

/** Widgets whose props fit their types. */
export type CheckedWidgets<L, N extends Names> = {
  readonly [I in keyof L]: CheckedWidget<L[I], N>;
};

/** A widget of a type that is known has props of that type. */
export type CheckedWidget<W, N extends Names> =
  & W
  & (W extends {
    readonly type: infer T extends WidgetType;
    readonly props: infer P;
  } ? { readonly props: CheckedProps<P, WidgetProps[T], N> }
    : unknown)
  & (W extends { readonly children: infer C extends readonly unknown[] }
    ? { readonly children: CheckedWidgets<C, N> }
    : unknown);

/** A template whose parts fit together. */
export type CheckedTemplate<T, N extends Names> =
  & CheckedWidget<T, N>
  & (T extends { readonly widgets: infer L extends readonly unknown[] }
    ? { readonly widgets: CheckedWidgets<L, N> }
    : unknown)
  & (T extends { readonly actions: infer L extends readonly unknown[] }
    ? { readonly actions: CheckedActions<L, N> }
    : unknown)
  & (T extends { readonly loaders: infer L extends readonly unknown[] }
    ? { readonly loaders: CheckedLoaders<L, N> }
    : unknown);

/** A page whose parts fit together. */
export type CheckedPage<P, N extends Names> =
  & P
  & (P extends { readonly loaders: infer L extends readonly unknown[] }
    ? { readonly loaders: CheckedLoaders<L, N> }
    : unknown)
  & (P extends { readonly actions: infer L extends readonly unknown[] }
    ? { readonly actions: CheckedActions<L, N> }
    : unknown)
  & (P extends { readonly template: infer T extends object }
    ? { readonly template: CheckedTemplate<T, N> }
    : unknown);

/** Pages of which the parts fit together. */
export type CheckedRoutes<F, R, L> = {
  readonly [I in keyof L]: CheckedPage<L[I], NamesOf<R, F, L[I]>>;
};

/**
 * What the pages `F` of a definition with the routes `R` must be: their loaders
 * and actions call routes that are there, and what they name is there as well.
 */
export type CheckedPages<F, R> =
  & (F extends { readonly routes: infer L extends readonly unknown[] }
    ? { readonly routes: CheckedRoutes<F, R, L> }
    : unknown)
  & (F extends { readonly globalLoaders: infer L extends readonly unknown[] }
    ? { readonly globalLoaders: CheckedLoaders<L, NamesOf<R, F, unknown>> }
    : unknown);
