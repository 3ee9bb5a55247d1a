/**
 * What the widgets of a page are: the types that every console knows, and what
 * each of them takes.
 *
 * @module
 */

/** How large a widget is. */
export type WidgetSize = "xs" | "sm" | "md" | "lg";

/** What every widget takes. */
export interface CommonProps {
  /** Names of CSS classes. */
  className?: string;
  /** What others refer to it by. */
  id?: string;
}

/** A string of text. */
export interface TextProps extends CommonProps {
  /** What it says. Binding: `text`. */
  text?: string | number;
  /** The element that it becomes. @default "span" */
  as?: "p" | "span" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6";
}

/** A heading. */
export interface HeadingProps extends CommonProps {
  /** What it says. Binding: `text`. */
  text?: string | number;
  /** How deep it is, from 1 to 6. @default 1 */
  level?: number;
}

/** A word or number that stands out. */
export interface BadgeProps extends CommonProps {
  /** What it says. Binding: `text`. */
  text?: string | number;
  /** How it looks. @default "primary" */
  variant?: "primary" | "secondary" | "success" | "warning" | "error";
  /** How large it is. @default "md" */
  size?: WidgetSize;
  /** Whether its corners are round. @default false */
  rounded?: boolean;
  /** Whether it is drawn as a line. @default false */
  outlined?: boolean;
  /** Whether its colour follows from its text. @default false */
  unique?: boolean;
}

/** Something to click on. */
export interface ButtonProps<TAction extends string = string>
  extends CommonProps {
  /** What it says. Binding: `text`. */
  text?: string | number;
  /** The id of the page's action that a click runs. */
  action?: TAction;
  /** How it looks. @default "primary" */
  variant?: "primary" | "secondary" | "outline" | "ghost" | "danger";
  /** How large it is. @default "md" */
  size?: WidgetSize;
  /** What it is in a form. @default "button" */
  type?: "button" | "submit" | "reset";
  /** Whether it cannot be used. @default false */
  disabled?: boolean;
  /** Whether it shows that something is under way. @default false */
  loading?: boolean;
  /** Whether it is as wide as what it is in. @default false */
  fullWidth?: boolean;
  /** Whether it shows no ring when it has the focus. @default false */
  noFocusRing?: boolean;
}

/** A frame around other widgets. */
export interface CardProps<TAction extends string = string>
  extends CommonProps {
  /** The id of the page's action that a click runs. */
  action?: TAction;
  /** How it looks. @default "default" */
  variant?:
    | "default"
    | "outlined"
    | "elevated"
    | "flat"
    | "dark"
    | "error"
    | "success"
    | "custom";
  /** How large it is. @default "md" */
  size?: WidgetSize;
  /** Whether it reacts to the pointer. @default false */
  hoverable?: boolean;
  /** Whether what is behind it shines through. @default false */
  glass?: boolean;
  /** Its place in the order of the tabulator key. */
  tabIndex?: number;
}

/** The head of a card. */
export interface CardHeaderProps extends CommonProps {
  /** What it says, in place of its children. Binding: `text`. */
  text?: string | number;
  /** How large it is. */
  size?: WidgetSize;
}

/** The body of a card. */
export type CardBodyProps = CommonProps;

/** The foot of a card. */
export interface CardFooterProps extends CommonProps {
  /** Where its children are. @default "center" */
  align?: "left" | "right" | "center";
}

/** A line between widgets. */
export interface DividerProps extends CommonProps {
  /** How the line looks. @default "solid" */
  variant?: "solid" | "dashed" | "dotted";
  /** Its direction. @default "horizontal" */
  orientation?: "horizontal" | "vertical";
  /** Whether it has a shadow. @default true */
  shadow?: boolean;
  /** What a horizontal one says. Binding: `label`. */
  label?: string;
}

/** A field to type into. */
export interface InputProps extends CommonProps {
  /** What it takes. @default "text" */
  type?: "text" | "email" | "password" | "number" | "tel" | "url";
  /** How large it is. @default "md" */
  size?: "sm" | "md" | "lg";
  /** How it looks. @default "default" */
  variant?: "default" | "filled" | "underline";
  /** What an empty one shows. */
  placeholder?: string;
  /** What stands beside it. */
  label?: string;
  /** The key of the page's state that it writes. Binding to read: `value`. */
  binding?: string;
  /** What it holds. Binding: `value`. */
  value?: string | number;
  /** Whether it cannot be used. @default false */
  disabled?: boolean;
  /** Whether a form needs it. @default false */
  required?: boolean;
  /** Whether it shows an error. @default false */
  error?: boolean;
  /** Whether it shows success. @default false */
  success?: boolean;
}

/** Something to tick. */
export interface CheckboxProps extends CommonProps {
  /** What stands beside it. */
  label?: string;
  /** How large it is. @default "md" */
  size?: "sm" | "md" | "lg";
  /** Whether it cannot be used. @default false */
  disabled?: boolean;
  /** Whether it is neither ticked nor not. @default false */
  indeterminate?: boolean;
  /** Its name in a form. */
  name?: string;
  /** Its value in a form. */
  value?: string | number;
  /** Whether it is ticked. Binding: `checked`. */
  checked?: boolean;
  /** The key of the page's state that it writes. */
  binding?: string;
  /** How it looks. */
  variant?: string;
}

/** Several things to tick. */
export interface CheckboxGroupProps extends CommonProps {
  /** What there is to tick. Binding to read: `selectedValues`. */
  options: readonly {
    readonly value: string;
    readonly label: string;
    readonly disabled?: boolean;
  }[];
  /** How they are laid out. @default "vertical" */
  direction?: "horizontal" | "vertical";
  /** The key of the page's state that it writes. */
  binding?: string;
}

/** A switch. */
export interface ToggleProps extends CommonProps {
  /** What stands beside it. */
  label?: string;
  /** How large it is. @default "md" */
  size?: "sm" | "md" | "lg";
  /** Whether it cannot be used. @default false */
  disabled?: boolean;
  /** Whether it is on. Binding: `checked`. */
  checked?: boolean;
  /** The key of the page's state that it writes. */
  binding?: string;
}

/** A note that the pointer uncovers. */
export interface HoverBubbleProps extends CommonProps {
  /** What it says. Binding: `label`. */
  label?: string;
  /** Where it is. @default "top" */
  position?: "top" | "bottom" | "left" | "right";
}

/** A way to another page. */
export interface LinkProps extends CommonProps {
  /** Where it leads. Binding: `href`. */
  href?: string;
  /** What it says. Binding: `text`. */
  text?: string | number;
  /** Whether it opens a new tab. @default false */
  external?: boolean;
  /** The name of an icon. */
  icon?: string;
  /** Where the icon is. @default "left" */
  iconPosition?: "left" | "right";
}

/** A window in front of the page. */
export interface ModalProps extends CommonProps {
  /** What its head says. */
  title?: string;
  /** What its foot says. */
  footer?: string;
  /** How large it is. @default "md" */
  size?: "sm" | "md" | "lg" | "xl" | "full";
  /** Names of CSS classes for what is in it. */
  bodyClasses?: string;
  /** The key of the page's state that opens it. Binding: `open`. */
  openBinding?: string;
  /** Whether what is behind it shines through. */
  transparent?: boolean;
}

/** A number to choose by sliding. */
export interface SliderProps extends CommonProps {
  /** The least. @default 0 */
  min?: number;
  /** The most. @default 100 */
  max?: number;
  /** Between two of them. @default 1 */
  step?: number;
  /** What stands beside it. */
  label?: string;
  /** Whether the number is shown. @default true */
  showValue?: boolean;
  /** Whether it cannot be used. @default false */
  disabled?: boolean;
  /** How it looks. @default "solid" */
  variant?: "gradient" | "solid";
  /** Numbers that are marked. */
  marks?: readonly unknown[];
  /** The number. Binding: `value`. */
  value?: number;
  /** The key of the page's state that it writes. */
  binding?: string;
  /** How large it is. */
  size?: WidgetSize;
}

/** Panes of which one is shown. */
export interface SlidesProps extends CommonProps {
  /** What stands above. */
  header?: string;
  /** What stands below that. */
  description?: string;
  /** Where the buttons are. @default "left" */
  buttonPosition?: "left" | "center" | "right";
  /** Whether the buttons touch. @default false */
  connected?: boolean;
  /** The pane that is shown first. */
  defaultSlide?: string | number;
  /** Whether all can be hidden, as they are first. @default false */
  hideable?: boolean;
  /** Which panes there are. */
  slides?: readonly unknown[];
  /** The key of the page's state that chooses. Binding: `selectedSlide`. */
  selectedSlideBinding?: string;
  /** How it looks. */
  variant?: string;
}

/** A column of a table. */
export interface WidgetTableColumn {
  /** The property of a row that it shows. */
  readonly key: string;
  /** What its head says. */
  readonly title: string;
  /** How wide it is, as CSS. */
  readonly width?: string | number;
  /** Where its cells' text is. @default "left" */
  readonly align?: "left" | "center" | "right";
  /** Whether rows can be sorted by it. @default true */
  readonly sortable?: boolean;
  /** Whether rows can be filtered by it. @default true */
  readonly filterable?: boolean;
}

/** Rows and columns. */
export interface TableProps extends CommonProps {
  /** The columns. Binding for the rows: `data`. */
  columns: readonly WidgetTableColumn[];
  /** The rows, where none are bound. */
  data?: readonly unknown[];
  /** Whether every other row is shaded. @default false */
  striped?: boolean;
  /** Whether cells have borders. @default false */
  bordered?: boolean;
  /** Whether rows react to the pointer. @default false */
  hoverable?: boolean;
  /** Whether rows can be searched. @default false */
  searchable?: boolean;
  /** What an empty search field shows. @default "Search..." */
  searchPlaceholder?: string;
  /** How large it is. @default "md" */
  size?: WidgetSize;
  /** The key of the page's data that holds the rows. */
  dataBinding?: string;
  /** The property that tells rows apart. */
  rowKey?: string;
  /** From how many rows on only those in view are drawn. @default 100 */
  virtualizeThreshold?: number;
  /** The height of a row, where only those in view are drawn. */
  rowHeight?: number;
  /** The height of the table, where only rows in view are drawn. */
  maxHeight?: string | number;
}

/** Rows of which the columns follow from the data. */
export interface DataTableProps extends CommonProps {
  /** The key of the page's data, or state, that holds the rows. */
  dataKey?: string;
  /** The columns; all properties of the rows where absent. */
  columns?: readonly (WidgetTableColumn | string)[];
}

/** Lays out other widgets. */
export interface ContainerProps extends CommonProps {
  /** How. @default "block" */
  layout?: "flex" | "grid" | "block";
  /** The direction of `flex`. @default "row" */
  direction?: "row" | "column" | "row-reverse" | "column-reverse";
  /** The space between them: pixels, or CSS. */
  gap?: string | number;
  /** Where they are across the direction. */
  align?: "start" | "center" | "end" | "stretch" | "baseline";
  /** Where they are along the direction. */
  justify?: "start" | "center" | "end" | "between" | "around" | "evenly";
  /** The columns of `grid`: how many, or CSS. */
  columns?: string | number;
}

/**
 * The props of each type of widget.
 *
 * @typeParam TAction The ids of the page's actions.
 */
export interface WidgetProps<TAction extends string = string> {
  /** A string of text. */
  text: TextProps;
  /** A heading. */
  heading: HeadingProps;
  /** A word or number that stands out. */
  badge: BadgeProps;
  /** Something to click on. */
  button: ButtonProps<TAction>;
  /** A frame around other widgets. */
  card: CardProps<TAction>;
  /** The head of a card. */
  cardHeader: CardHeaderProps;
  /** The body of a card. */
  cardBody: CardBodyProps;
  /** The foot of a card. */
  cardFooter: CardFooterProps;
  /** A line between widgets. */
  divider: DividerProps;
  /** A field to type into. */
  input: InputProps;
  /** Something to tick. */
  checkbox: CheckboxProps;
  /** Several things to tick. */
  checkboxGroup: CheckboxGroupProps;
  /** A switch. */
  toggle: ToggleProps;
  /** A note that the pointer uncovers. */
  hoverBubble: HoverBubbleProps;
  /** A way to another page. */
  link: LinkProps;
  /** A window in front of the page. */
  modal: ModalProps;
  /** A number to choose by sliding. */
  slider: SliderProps;
  /** Panes of which one is shown. */
  slides: SlidesProps;
  /** Rows and columns. */
  table: TableProps;
  /** Rows of which the columns follow from the data. */
  dataTable: DataTableProps;
  /** Lays out other widgets. */
  container: ContainerProps;
}

/** The types of widgets that every console knows. */
export type WidgetType = keyof WidgetProps;

/** Repeats a widget for each item of a list. */
export interface WidgetLoop {
  /** The path of the list in the page's data or state. */
  items: string;
  /** What an item is called in the widget's bindings. @default "item" */
  itemVar?: string;
  /** What its index is called there. @default "index" */
  indexVar?: string;
  /** The path of what tells items apart, from those two on. */
  keyExpr?: string;
}

/** What a widget has beside its type and props. */
export interface WidgetNode {
  /** Tells it apart from its neighbours. */
  id?: string;
  /** What it holds. */
  children?: readonly Widget[];
  /** Props that follow the page's data or state: the path under each name. */
  bindings?: Readonly<Record<string, string>>;
  /** Shows it only where this holds: a path, or a comparison of one. */
  condition?: string;
  /** Repeats it. */
  loop?: WidgetLoop;
  /** The ids of the page's actions that its events run. */
  actions?: Readonly<Record<string, string>>;
}

/** Stands for the widgets of one of the plugin's shared fragments. */
export interface FragmentReference {
  /** Says that it is one. */
  type: "fragment";
  /** The fragment's id. */
  fragmentId: string;
  /** What the fragment is given. */
  props?: Readonly<Record<string, unknown>>;
}

/** A widget of one of the types that every console knows. */
export type KnownWidget = {
  [T in WidgetType]:
    & WidgetNode
    & { type: T }
    & (Record<never, never> extends WidgetProps[T] ? { props?: WidgetProps[T] }
      : { props: WidgetProps[T] });
}[WidgetType];

/** A widget of a type that the operator's console may know. */
export interface OtherWidget extends WidgetNode {
  /** Its type. */
  type: string;
  /** What it takes. */
  props?: Readonly<Record<string, unknown>>;
}

/** A widget of a page. */
export type Widget = KnownWidget | FragmentReference | OtherWidget;

/** How the widgets of a page are laid out. */
export interface PageLayout {
  /** How. @default "block" */
  type?: "flex" | "grid" | "block";
  /** The direction of `flex`. @default "row" */
  direction?: "row" | "column" | "row-reverse" | "column-reverse";
  /** The space between them: pixels, or CSS. */
  gap?: string | number;
  /** The space around them: pixels, or CSS. */
  padding?: string | number;
  /** How wide the page may be: pixels, or CSS. */
  maxWidth?: string | number;
  /** Whether the page is in the middle. @default false */
  centered?: boolean;
  /** The columns of `grid`: how many, or CSS. */
  columns?: string | number;
  /** The rows of `grid`: how many, or CSS. */
  rows?: string | number;
  /** Names of CSS classes. */
  className?: string;
}
