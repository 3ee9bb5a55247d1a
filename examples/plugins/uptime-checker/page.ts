/**
 * The page of the checker: a form to add a URL with, what is checked, and the
 * data of a chart.
 *
 * @module
 */
import type { Widget } from "@dockstat/plugin-handler/builder";

function input(key: string, placeholder: string): Widget {
  return {
    type: "input",
    props: { placeholder, binding: key },
    bindings: { value: key },
  };
}

const widgets: Widget[] = [
  {
    type: "card",
    children: [
      { type: "cardHeader", props: { text: "Check a URL" } },
      {
        type: "cardBody",
        children: [
          input("name", "Name"),
          input("url", "https://example.com/health"),
          { type: "button", props: { text: "Add", action: "add" } },
        ],
      },
    ],
  },
  {
    type: "table",
    props: {
      striped: true,
      columns: [
        { key: "id", title: "Id", width: "4rem" },
        { key: "name", title: "Name" },
        { key: "url", title: "URL" },
        { key: "state", title: "State" },
        { key: "uptime", title: "Uptime, %", align: "right" },
        { key: "lastMs", title: "Last, ms", align: "right" },
        { key: "curve", title: "Response times" },
      ],
    },
    bindings: { data: "checks" },
  },
  {
    type: "container",
    props: { layout: "flex", gap: 8, align: "end" },
    children: [
      input("chosen", "Id"),
      { type: "button", props: { text: "Check now", action: "run" } },
      {
        type: "button",
        props: { text: "Remove", variant: "danger", action: "remove" },
      },
    ],
  },
];

/** The page's template. */
export const template = {
  id: "uptime-checker",
  name: "Uptime",
  layout: { type: "flex", direction: "column", gap: 16, padding: 16 },
  state: { initial: { name: "", url: "", chosen: "" } },
  widgets,
};
