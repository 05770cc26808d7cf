/** Charts of pages, drawn again so that they can be read point by point, lines left out and years narrowed. Nothing is loaded before a
    chart comes near the screen. */
import { data } from "./dom.ts";
import type { ChartData } from "./plot.ts";

const held = data<ChartData[]>("charts-data") ?? [];
for (const chart of held) {
  const figure = document.getElementById(chart.id);
  if (!figure) continue;
  const watch = new IntersectionObserver(
    (seen) => {
      if (!seen.some((s) => s.isIntersecting)) return;
      watch.disconnect();
      void import("./plot.ts").then((plot) => plot.enhance(figure, chart));
    },
    { rootMargin: "400px" },
  );
  watch.observe(figure);
}
