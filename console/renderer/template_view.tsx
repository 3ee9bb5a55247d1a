/**
 * Draws a page: nodes by their conditions, loops and fragments. It never
 * throws; what cannot be drawn is a visible placeholder.
 *
 * @module
 */
import { Component, type ComponentChildren } from "preact";
import { useContext } from "preact/hooks";
import { texts } from "../texts.ts";
import { holds } from "./expression.ts";
import { TemplateFrame } from "./layout.tsx";
import { Page, type PageContext } from "./page_context.ts";
import { type Dict, dict, list, lookUp, type Scope, text } from "./paths.ts";
import { WIDGETS } from "./widgets.ts";

const MAX_DEPTH = 60;
const MAX_ITEMS = 1_000;

/** Draws a template. */
export function TemplateView({ model, template }: PageContext) {
  return (
    <Page.Provider value={{ model, template }}>
      <TemplateFrame layout={template.layout}>
        <Nodes nodes={template.widgets} scope={model.scope.value} depth={0} />
      </TemplateFrame>
    </Page.Provider>
  );
}

interface NodesProps {
  readonly nodes: readonly unknown[];
  readonly scope: Scope;
  readonly depth: number;
}

/** Draws a list of nodes. */
export function Nodes({ nodes, scope, depth }: NodesProps) {
  return (
    <>
      {nodes.map((node, at) => (
        <Safely key={text(dict(node).id) ?? at}>
          <Node node={node} scope={scope} depth={depth} />
        </Safely>
      ))}
    </>
  );
}

interface NodeProps {
  readonly node: unknown;
  readonly scope: Scope;
  readonly depth: number;
}

function Node({ node, scope, depth }: NodeProps) {
  const read = dict(node);
  if (typeof read.type !== "string") {
    return <Placeholder>{texts.page.badNode}</Placeholder>;
  }
  if (depth > MAX_DEPTH) return <Placeholder>{texts.page.tooDeep}</Placeholder>;
  const { items } = dict(read.loop);
  if (typeof items === "string") {
    return (
      <Loop node={read} items={lookUp(scope, items)} {...{ scope, depth }} />
    );
  }
  return <One node={read} scope={scope} depth={depth} />;
}

/** Repeats a node; its condition sees the variables of each round. */
function Loop(
  { node, items, scope, depth }: {
    node: Dict;
    items: unknown;
    scope: Scope;
    depth: number;
  },
) {
  const { itemVar, indexVar, keyExpr } = dict(node.loop);
  const itemName = text(itemVar) ?? "item";
  const indexName = text(indexVar) ?? "index";
  return (
    <>
      {list(items).slice(0, MAX_ITEMS).map((item, index) => {
        const variables = {
          ...scope.variables,
          [itemName]: item,
          [indexName]: index,
        };
        const inner = { ...scope, variables };
        const key = text(keyExpr) && lookUp(inner, text(keyExpr)!);
        return (
          <Safely key={key === undefined ? index : String(key)}>
            <One node={node} scope={inner} depth={depth} />
          </Safely>
        );
      })}
    </>
  );
}

function One(
  { node, scope, depth }: { node: Dict; scope: Scope; depth: number },
) {
  const condition = text(node.condition);
  if (condition !== undefined && !holds(condition, scope)) return null;
  if (node.type === "fragment") return <Fragment {...{ node, scope, depth }} />;
  const Widget = WIDGETS.get(node.type as string);
  if (Widget === undefined) {
    return (
      <Placeholder>{texts.page.unknownWidget(String(node.type))}</Placeholder>
    );
  }
  return (
    <Widget
      node={node}
      props={dict(node.props)}
      scope={scope}
      nodes={list(node.children)}
      draw={(nodes) => <Nodes nodes={nodes} scope={scope} depth={depth + 1} />}
    />
  );
}

/** Draws a fragment, whose props are the variable `props` inside. */
function Fragment(
  { node, scope, depth }: { node: Dict; scope: Scope; depth: number },
) {
  const { template } = useContext(Page);
  const id = text(node.fragmentId) ?? "";
  const fragment = template.fragments.get(id);
  if (fragment === undefined) {
    return <Placeholder>{texts.page.missingFragment(id)}</Placeholder>;
  }
  const defaults = Object.entries(dict(fragment.props))
    .map(([name, schema]) => [name, dict(schema).default] as const);
  const props = { ...Object.fromEntries(defaults), ...dict(node.props) };
  return (
    <Nodes
      nodes={list(fragment.widgets)}
      scope={{ ...scope, variables: { ...scope.variables, props } }}
      depth={depth + 1}
    />
  );
}

function Placeholder({ children }: { children: ComponentChildren }) {
  return <p class="w-placeholder">{children}</p>;
}

/** A part that breaks takes nothing else with it. */
class Safely extends Component<
  { children: ComponentChildren },
  { broken: boolean }
> {
  override state = { broken: false };

  static override getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render() {
    return this.state.broken
      ? <Placeholder>{texts.page.badNode}</Placeholder>
      : this.props.children;
  }
}
