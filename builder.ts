/**
 * Everything that a plugin's author imports: functions that give a plugin, and
 * its parts, their types, and `column` for its table. It is meant to be bundled
 * into plugins, and is therefore small: no database, no validation library.
 *
 * @example A plugin
 * ```ts
 * import { createActions, definePlugin } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * const actions = createActions({
 *   greet: ({ params }) => `Hello, ${params.name}`,
 * });
 *
 * const plugin = definePlugin({
 *   name: "greeter",
 *   version: "1.0.0",
 *   config: {
 *     actions,
 *     apiRoutes: { "/greet/:name": { method: "GET", actions: ["greet"] } },
 *   },
 * });
 * assertEquals(plugin.name, "greeter");
 * ```
 *
 * @module
 */
export {
  ActionChain,
  chain,
  type ChainStart,
  type StepContext,
  type StepHandler,
} from "./src/builder/chain.ts";
export {
  type ActionFactory,
  createAction,
} from "./src/builder/create_action.ts";
export {
  type ActionsFactory,
  createActions,
  type CreatedActions,
} from "./src/builder/create_actions.ts";
export { createEvents } from "./src/builder/create_events.ts";
export {
  type CompleteFrontendAction,
  createFrontendAction,
  createFrontendConfig,
  createFrontendLoader,
  createFrontendRoute,
  createFrontendRoutes,
} from "./src/builder/create_frontend.ts";
export { createApiRoutes, createRoute } from "./src/builder/create_routes.ts";
export { createSchedules } from "./src/builder/create_schedules.ts";
export { createSettings } from "./src/builder/create_settings.ts";
export { createTable } from "./src/builder/create_table.ts";
export {
  type ActionsOf,
  type DefinedConfig,
  type DefinedParts,
  type DefinedPlugin,
  definePlugin,
  type RowsOf,
} from "./src/builder/define_plugin.ts";
export { PluginBuilder, pluginBuilder } from "./src/builder/plugin_builder.ts";
export { type Reply, reply, type ReplyInit } from "./src/plugin/reply.ts";
export type {
  ActionDefinition,
  ActionHandler,
  ActionNames,
  AddressesOf,
  Awaitable,
  BadgeProps,
  BuiltPlugin,
  ButtonProps,
  CallOf,
  CardBodyProps,
  CardFooterProps,
  CardHeaderProps,
  CardProps,
  CheckboxGroupProps,
  CheckboxProps,
  CheckedActions,
  CheckedLoaders,
  CheckedPage,
  CheckedPages,
  CheckedRoutes,
  CheckedTemplate,
  CheckedWidget,
  CheckedWidgets,
  ColumnValue,
  CommonProps,
  ContainerInfo,
  ContainerMetricsEvent,
  ContainerProps,
  ContainerStatsInfo,
  DataTableProps,
  DefinedAction,
  DefinedActions,
  DefinedContext,
  DefinedEventContext,
  DefinedEvents,
  DefinedHook,
  DefinedHookTable,
  DefinedSettings,
  DefinedTable,
  DefinedTables,
  DividerProps,
  EmitEvent,
  ErrorEventInfo,
  EventContext,
  EventHandler,
  EventPayload,
  EVENTS,
  ExecutionContext,
  FitsAnyTable,
  FragmentReference,
  FrontendAction,
  FrontendActionOutcome,
  FrontendFragment,
  FrontendLoader,
  FrontendRouteMeta,
  FrontendTemplate,
  Frozen,
  HeadingProps,
  HookCall,
  HookHandler,
  HookHandlers,
  HookTable,
  HostEvent,
  HostMetrics,
  HostMetricsEvent,
  HoverBubbleProps,
  HttpMethod,
  IdsIn,
  ImageInfo,
  InferSettings,
  InferTableSchema,
  InputProps,
  JsonObject,
  KnownEvent,
  KnownWidget,
  LinkProps,
  Member,
  Merged,
  ModalProps,
  Names,
  NamesOf,
  NewRow,
  NoRows,
  NoTableDeclared,
  NoValidators,
  OfPlugin,
  OtherWidget,
  PageLayout,
  PageShape,
  PagesShape,
  ParamsOf,
  PatternParams,
  PatternsOf,
  PayloadOf,
  PluginAction,
  PluginActionContext,
  PluginActions,
  PluginActivation,
  PluginAuthor,
  PluginConfig,
  PluginDefinition,
  PluginDraft,
  PluginFrontendConfig,
  PluginFrontendRoute,
  PluginFrontendRoutes,
  PluginIdentity,
  PluginLifecycleContext,
  PluginLogger,
  PluginMeta,
  PluginRoute,
  PluginSchedule,
  PluginTable,
  PluginUpgradeContext,
  RepoType,
  ResolvedAction,
  ResolvedFrontendRoute,
  ResolvedLoader,
  RouteResponse,
  RoutesShape,
  Row,
  ScheduleRun,
  SchemaOutput,
  SegmentParam,
  SegmentParams,
  SettingDeclaration,
  SettingDeclarations,
  SettingsChangedEvent,
  SettingsConfig,
  SettingType,
  SettingValue,
  SettingValues,
  Slashless,
  SliderProps,
  SlidesProps,
  StandardIssue,
  StandardResult,
  StandardSchema,
  StandardSchemaProps,
  StreamEvent,
  TableConfig,
  TableProps,
  TablesByName,
  TablesShape,
  TextProps,
  ToggleProps,
  Untyped,
  Validated,
  ValidatedActionContext,
  ValidatedActionHandler,
  ValidateRouteActions,
  Validators,
  Widget,
  WidgetLoop,
  WidgetNode,
  WidgetProps,
  WidgetSize,
  WidgetTableColumn,
  WidgetType,
} from "./src/plugin/plugin.ts";
export { column } from "./src/sqlite/schema/column.ts";
export type {
  Column,
  ColumnConstraints,
  ColumnDefinition,
  NeededColumn,
  NeededKeys,
} from "./src/sqlite/schema/column_definition.ts";
export type { ConditionBuilder } from "./src/sqlite/query/condition_builder.ts";
export type { MomentUnit } from "./src/sqlite/query/moments.ts";
export type { PendingUpdate } from "./src/sqlite/query/pending_update.ts";
export type { QueryBuilder } from "./src/sqlite/query/query_builder.ts";
