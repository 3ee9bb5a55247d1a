/**
 * What all nodes of a page share.
 *
 * @module
 */
import { createContext } from "preact";
import type { PageModel } from "./page_model.ts";
import type { Template } from "./template.ts";

export interface PageContext {
  readonly model: PageModel;
  readonly template: Template;
}

export const Page = createContext<PageContext>(null!);
