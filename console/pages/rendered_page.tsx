import { Empty } from "../ui/parts.tsx";
export function RenderedPage({ path }: { path: string }) {
  return <Empty title={path} />;
}
