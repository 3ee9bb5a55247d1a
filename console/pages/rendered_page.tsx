/**
 * A page of a plugin.
 *
 * @module
 */
import { useEffect, useMemo, useState } from "preact/hooks";
import { ask } from "../api/client.ts";
import type { PageAnswer } from "../api/types.ts";
import { PageModel } from "../renderer/page_model.ts";
import { readTemplate, type Template } from "../renderer/template.ts";
import { TemplateView } from "../renderer/template_view.tsx";
import { linkTo } from "../router.ts";
import { texts } from "../texts.ts";
import { Button, Empty, Loading, PageHead } from "../ui/parts.tsx";

/** A page by its address; another address is another page from scratch. */
export function RenderedPage({ path }: { path: string }) {
  const [page, setPage] = useState<PageAnswer>();
  const [problem, setProblem] = useState<string>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const leaving = new AbortController();
    setProblem(undefined);
    ask<PageAnswer>(path, { signal: leaving.signal }).then(setPage, (error) => {
      if (!leaving.signal.aborted) setProblem(error.message);
    });
    return () => leaving.abort();
  }, [path, attempt]);
  if (problem !== undefined) {
    return (
      <Empty title={texts.loadFailed}>
        <p>{problem}</p>
        <Button onPress={() => setAttempt(attempt + 1)}>{texts.retry}</Button>
      </Empty>
    );
  }
  return page ? <LoadedPage page={page} /> : <Loading />;
}

function LoadedPage({ page }: { page: PageAnswer }) {
  const { title, plugin, pluginId } = page;
  useEffect(() => void (document.title = texts.title(title)), [title]);
  const template = useMemo(
    () => readTemplate(page.template, page.fragments),
    [page],
  );
  return (
    <>
      <PageHead
        title={title}
        lead={
          <a href={linkTo(`/console/plugins/${pluginId}`)}>
            {texts.page.of(plugin)}
          </a>
        }
      />
      {template
        ? <OpenPage page={page} template={template} />
        : <Empty title={texts.page.noTemplate} />}
    </>
  );
}

function OpenPage(
  { page, template }: { page: PageAnswer; template: Template },
) {
  const model = useMemo(() => new PageModel(page, template), [page, template]);
  useEffect(() => {
    model.open();
    return () => model.close();
  }, [model]);
  return (
    <>
      {[...model.failures.value].map(([id, error]) => (
        <p key={id} class="callout bad" role="alert">
          {texts.page.loaderFailed(id, error)}
        </p>
      ))}
      <TemplateView model={model} template={template} />
    </>
  );
}
