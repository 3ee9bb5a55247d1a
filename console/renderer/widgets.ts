/**
 * The widgets by their names. A map has no inherited names, so that
 * `constructor` is no widget.
 *
 * @module
 */
import type { FunctionComponent } from "preact";
import { ModalWidget, SlidesWidget, TableWidget } from "./data_widgets.tsx";
import {
  CheckboxGroupWidget,
  CheckboxWidget,
  InputWidget,
  SliderWidget,
  ToggleWidget,
} from "./input_widgets.tsx";
import {
  CardBodyWidget,
  CardFooterWidget,
  CardHeaderWidget,
  CardWidget,
  ContainerWidget,
  DividerWidget,
} from "./layout.tsx";
import {
  BadgeWidget,
  ButtonWidget,
  HoverBubbleWidget,
  LinkWidget,
  TextWidget,
} from "./text_widgets.tsx";
import type { WidgetProps } from "./widget.ts";

export const WIDGETS: ReadonlyMap<string, FunctionComponent<WidgetProps>> =
  new Map<string, FunctionComponent<WidgetProps>>([
    ["text", TextWidget],
    ["badge", BadgeWidget],
    ["button", ButtonWidget],
    ["card", CardWidget],
    ["cardHeader", CardHeaderWidget],
    ["cardBody", CardBodyWidget],
    ["cardFooter", CardFooterWidget],
    ["divider", DividerWidget],
    ["input", InputWidget],
    ["checkbox", CheckboxWidget],
    ["checkboxGroup", CheckboxGroupWidget],
    ["toggle", ToggleWidget],
    ["hoverBubble", HoverBubbleWidget],
    ["link", LinkWidget],
    ["modal", ModalWidget],
    ["slider", SliderWidget],
    ["slides", SlidesWidget],
    ["table", TableWidget],
    ["container", ContainerWidget],
  ]);
