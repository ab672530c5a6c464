// The progress of all analyses, as the server tells it. The stream is opened
// while a page looks at it and opened again when it breaks.
import { address } from "../../api";
import type { JobProgress } from "../../lib/types";

export class Jobs {
  now = $state<Record<string, JobProgress>>({});
  broken = $state(false);
  private source: EventSource | null = null;

  /** Watches; then is called with every piece of news. Returns what ends it. */
  watch(path: string, then?: (p: JobProgress) => void): () => void {
    const source = (this.source = new EventSource(address(path)));
    source.addEventListener("progress", (event) => {
      const p = JSON.parse((event as MessageEvent<string>).data) as JobProgress;
      this.now[p.recording] = p;
      this.broken = false;
      then?.(p);
    });
    source.addEventListener("open", () => (this.broken = false));
    source.addEventListener("error", () => (this.broken = true));
    return () => {
      source.close();
      if (this.source === source) this.source = null;
    };
  }
}
