/** One chart: its lines with intervals or its regime steps, what the pointer or the arrow keys point at, and its state in the address. */
import * as Plot from "@observablehq/plot";
import { data, el, get, remember } from "./dom.ts";
import { tools } from "./frame.ts";
import { regime, say } from "./words.ts";

/** Where, value, lower and upper bound. */
type Point = [number, number | null, number?, number?];
interface Series {
  name: string;
  points: Point[];
}
export interface ChartData {
  id: string;
  kind: "lines" | "regime";
  unit: string;
  x: string;
  decimals: number;
  range?: [number, number] | null;
  series: Series[];
  years?: [number, number | null][];
}
interface Choice {
  states: [string, string][];
  chosen: string[];
  most: number;
}
interface View {
  off: Set<number>;
  bands: boolean;
  from: number | null;
  to: number | null;
}

const DASHES = ["none", "7 3", "2 3", "10 3 2 3", "4 4", "12 4"];
const colour = (i: number) => `var(--s${i % 6})`;

/** The state of a chart as it stands behind the # of the address: `#chart-1;off=0.2;from=1990`. */
function read(id: string): View {
  const view: View = { off: new Set(), bands: true, from: null, to: null };
  const [here, ...rest] = decodeURIComponent(location.hash.slice(1)).split(";");
  if (here !== id) return view;
  for (const item of rest) {
    const [key, value = ""] = item.split("=");
    if (key === "off") view.off = new Set(value.split(".").map(Number));
    if (key === "bands") view.bands = value !== "no";
    if (key === "from" || key === "to") view[key] = Number(value) || null;
  }
  return view;
}

function write(id: string, view: View): void {
  const parts = [id];
  if (view.off.size) parts.push(`off=${[...view.off].sort().join(".")}`);
  if (!view.bands) parts.push("bands=no");
  if (view.from !== null) parts.push(`from=${view.from}`);
  if (view.to !== null) parts.push(`to=${view.to}`);
  history.replaceState(null, "", `#${parts.join(";")}`);
}

export function enhance(figure: HTMLElement, chart: ChartData): void {
  const drawings = [...figure.querySelectorAll<HTMLElement>(".drawing")];
  const first = drawings[0];
  if (!first) return;
  const view = read(chart.id);
  const body = el("div", { class: "frame-body plot-body" });
  const readout = el("p", { class: "readout", role: "status" });
  // the figure is data, in English; its controls are in the language of the page
  const controls = el("div", { class: "frame-controls", lang: document.documentElement.lang, dir: document.documentElement.dir });
  first.before(controls, body, readout);
  for (const d of drawings) d.remove();
  figure.classList.add("frame", "live");

  const xs = () => [...chart.series.flatMap((s) => s.points.map((p) => p[0])), ...(chart.years ?? []).map((y) => y[0])];
  const bounds = () => [Math.min(...xs()), Math.max(...xs())] as const;
  const decimals = Math.max(chart.decimals, chart.kind === "regime" ? 2 : chart.decimals);
  const format = (v: number) => v.toFixed(decimals);
  let pointed: number | null = null;

  const change = () => {
    write(chart.id, view);
    draw();
  };
  const paintControls = () => {
    controls.replaceChildren();
    if (chart.series.length > 1 || figure.dataset.choice) {
      const list = el("ul", { class: "lines" });
      chart.series.forEach((s, i) => {
        const box = el("input", { type: "checkbox", class: `line-${i % 6}`, checked: !view.off.has(i) });
        box.checked = !view.off.has(i);
        box.addEventListener("change", () => {
          if (box.checked) view.off.delete(i);
          else view.off.add(i);
          change();
        });
        const item = el("li", {}, el("label", {}, box, el("i", { class: `swatch c${i % 6}`, "aria-hidden": "true" }), el("bdi", { lang: "en" }, s.name)));
        const removal = removals?.(i);
        if (removal) item.append(removal);
        list.append(item);
      });
      controls.append(list);
    }
    if (chart.series.some((s) => s.points.some((p) => p.length > 2))) {
      const box = el("input", { type: "checkbox" });
      box.checked = view.bands;
      box.addEventListener("change", () => {
        view.bands = box.checked;
        change();
      });
      controls.append(el("label", {}, box, say("intervals")));
    }
    const [least, most] = bounds();
    if (most - least > 8) {
      const year = (key: "from" | "to", label: string) => {
        const input = el("input", { type: "number", min: least, max: most, value: view[key] ?? (key === "from" ? least : most) });
        input.addEventListener("change", () => {
          const value = Number(input.value);
          view[key] = value > least && value < most ? value : null;
          change();
        });
        return el("label", {}, label, input);
      };
      controls.append(el("span", { class: "span" }, year("from", say("from")), year("to", say("to"))));
    }
  };

  const draw = () => {
    const width = Math.max(280, Math.floor(body.clientWidth || 640));
    const [least, most] = bounds();
    const [from, to] = [view.from ?? least, view.to ?? most];
    const within = (x: number) => x >= from && x <= to;
    const shown = chart.series.map((s, i) => ({ s, i })).filter(({ i }) => !view.off.has(i));
    const rows = shown.flatMap(({ s, i }) => s.points.filter((p) => within(p[0])).map(([x, y, low, high]) => ({ x, y, low, high, i, name: s.name })));
    const valued = rows.filter((r) => r.y !== null);
    const narrow = width < 520;
    const common: Plot.PlotOptions = { width, marginLeft: 44, marginRight: narrow ? 14 : 150, style: { background: "transparent", overflow: "visible" } };
    const axisX = { label: chart.x === "Year" ? null : chart.x, labelArrow: "none" as const, tickFormat: (v: number) => String(v), ticks: Math.max(2, Math.floor(width / 95)), tickSpacing: 80 };
    const pictures: (SVGSVGElement | HTMLElement)[] = [];
    if (chart.kind === "regime") {
      const steps: { from: number; to: number; regime: number }[] = [];
      for (const [x, regime] of (chart.years ?? []).filter((y) => within(y[0]))) {
        const last = steps.at(-1);
        if (regime === null) continue;
        if (last && last.regime === regime && last.to === x - 1) last.to = x;
        else steps.push({ from: x, to: x, regime });
      }
      pictures.push(
        Plot.plot({
          ...common,
          height: 118,
          marginLeft: narrow ? 126 : 140,
          marginRight: 14,
          marginTop: 6,
          marginBottom: valued.length > 0 ? 8 : 28,
          x: { ...axisX, ...(valued.length > 0 ? { axis: null } : {}), domain: [from - 0.5, to + 0.5] },
          y: { domain: [3, 2, 1, 0], label: null, tickFormat: (v: number) => regime(v), tickSize: 0, type: "band", padding: 0.25 },
          marks: [
            Plot.rect(steps, { x1: (d) => d.from - 0.5, x2: (d) => d.to + 0.5, y: "regime", fill: (d) => `var(--r${d.regime})` }),
            ...(pointed === null ? [] : [Plot.ruleX([pointed], { stroke: "var(--ink)", strokeWidth: 1 })]),
          ],
        }) as SVGSVGElement,
      );
    }
    if (valued.length > 0) {
      const ends = shown
        .map(({ s, i }) => ({ i, name: s.name, last: s.points.filter((p) => within(p[0]) && p[1] !== null).at(-1) }))
        .filter((e) => e.last)
        .map((e) => ({ i: e.i, name: e.name, x: e.last![0], y: e.last![1]!, label: 0 }));
      const lows = valued.map((r) => (view.bands ? (r.low ?? r.y!) : r.y!));
      const highs = valued.map((r) => (view.bands ? (r.high ?? r.y!) : r.y!));
      const domain: [number, number] = chart.range ?? (chart.kind === "regime" ? [0, 1] : [Math.min(...lows), Math.max(...highs)]);
      const pad = chart.range || chart.kind === "regime" ? 0 : (domain[1] - domain[0]) * 0.04;
      // what begins at nothing stands on its axis
      const foot = domain[0] === 0 ? 0 : pad;
      const height = chart.kind === "regime" ? 202 : narrow ? 300 : 380;
      // names at the ends of lines, pushed apart so that none covers another
      const unit = (domain[1] - domain[0] + 2 * pad || 1) / (height - 60);
      ends.sort((a, b) => a.y - b.y);
      // a long name takes several lines, broken as the picture breaks it
      const tall = (name: string) => {
        let [lines, at] = [1, 0];
        for (const w of name.split(" ")) {
          if (at > 0 && at + 1 + w.length > 18) [lines, at] = [lines + 1, w.length];
          else at += (at > 0 ? 1 : 0) + w.length;
        }
        return 4 + 13 * lines;
      };
      ends.forEach((e, k) => {
        const below = ends[k - 1];
        e.label = below ? Math.max(e.y, below.label + ((tall(below.name) + tall(e.name)) / 2) * unit) : e.y;
      });
      const over = (ends.at(-1)?.label ?? 0) - (domain[1] + pad);
      if (over > 0) ends.forEach((e) => (e.label -= over));
      pictures.push(
        Plot.plot({
          ...common,
          ...(chart.kind === "regime" ? { marginLeft: narrow ? 126 : 140, marginRight: 14 } : {}),
          height,
          marginTop: chart.kind === "regime" ? 26 : 14,
          marginBottom: chart.x === "Year" ? 28 : 38,
          x: { ...axisX, domain: chart.kind === "regime" ? [from - 0.5, to + 0.5] : [from, to] },
          y: { domain: [domain[0] - foot, domain[1] + pad], grid: true, label: chart.kind === "regime" ? chart.unit : null, labelArrow: "none", ticks: 5, nice: !chart.range && chart.kind !== "regime" },
          marks: [
            ...(domain[0] < 0 && domain[1] > 0 ? [Plot.ruleY([0], { stroke: "var(--rule)" })] : []),
            ...(view.bands
              ? shown.map(({ i }) =>
                  Plot.areaY(rows.filter((r) => r.i === i), { x: "x", y1: (r) => r.low ?? NaN, y2: (r) => r.high ?? NaN, fill: colour(i), fillOpacity: 0.18 }),
                )
              : []),
            ...shown.map(({ i }) =>
              Plot.line(rows.filter((r) => r.i === i), { x: "x", y: (r) => r.y ?? NaN, stroke: colour(i), strokeWidth: 2, strokeDasharray: DASHES[i % 6]! }),
            ),
            ...(narrow || chart.kind === "regime"
              ? []
              : [Plot.text(ends, { x: "x", y: "label", text: "name", dx: 8, textAnchor: "start", fill: (e) => colour(e.i), fontSize: 13, lineWidth: 11 })]),
            ...(pointed === null
              ? []
              : [
                  Plot.ruleX([pointed], { stroke: "var(--ink)", strokeWidth: 1 }),
                  Plot.dot(valued.filter((r) => r.x === pointed), { x: "x", y: "y", fill: (r) => colour(r.i), r: 4, stroke: "var(--page)" }),
                ]),
          ],
        }) as SVGSVGElement,
      );
    }
    const unit = el("p", { class: "unit-line" }, chart.unit);
    const whole = join(pictures, width);
    body.replaceChildren(...(chart.kind === "regime" ? [] : [unit]), whole);
    whole.setAttribute("aria-label", say("chart", { name: figure.querySelector("figcaption")?.textContent?.trim() ?? "" }));
    tell(rows);
  };

  /** Pictures below each other as one, without the style element that Plot brings: the policy of the page forbids it. */
  const join = (pictures: (SVGSVGElement | HTMLElement)[], width: number): SVGSVGElement => {
    const whole = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    let y = 0;
    for (const picture of pictures) {
      for (const style of picture.querySelectorAll("style")) style.remove();
      // the picture has one name, and its numbers stand in the table; its groups are only drawn
      for (const group of picture.querySelectorAll("[aria-label]")) {
        group.classList.add(`p-${group.getAttribute("aria-label")!.replace(/[^a-z-]/g, "")}`);
        group.removeAttribute("aria-label");
      }
      picture.setAttribute("y", String(y));
      y += Number(picture.getAttribute("height") ?? 0);
      whole.append(picture);
    }
    whole.setAttribute("viewBox", `0 0 ${width} ${y}`);
    whole.setAttribute("width", String(width));
    whole.setAttribute("height", String(y));
    whole.setAttribute("class", "plot");
    whole.setAttribute("role", "img");
    whole.setAttribute("tabindex", "0");
    return whole;
  };

  const tell = (rows: { x: number; y: number | null; low: number | undefined; high: number | undefined; name: string }[]) => {
    if (pointed === null) {
      readout.textContent = "";
      return;
    }
    const parts: string[] = [];
    const step = chart.years?.find((y) => y[0] === pointed);
    if (chart.years) parts.push(regime(step?.[1]));
    for (const r of rows.filter((r) => r.x === pointed)) {
      if (r.y === null) parts.push(`${r.name} ${say("no-value")}`);
      else parts.push(`${r.name} ${format(r.y)}${r.low !== undefined && r.high !== undefined ? ` (${say("range", { from: format(r.low), to: format(r.high) })})` : ""}`);
    }
    readout.textContent = `${pointed}: ${parts.join("; ") || say("no-value")}`;
  };

  const point = (to: number | null) => {
    if (to === pointed) return;
    pointed = to;
    draw();
  };
  body.addEventListener("pointermove", (event) => {
    const picture = body.querySelector("svg.plot");
    if (!picture) return;
    const box = picture.getBoundingClientRect();
    const narrow = box.width < 520;
    const [left, right] = chart.kind === "regime" ? [narrow ? 126 : 140, 14] : [44, narrow ? 14 : 150];
    const [least, most] = bounds();
    const [from, to] = [view.from ?? least, view.to ?? most];
    const share = (event.clientX - box.left - left) / (box.width - left - right);
    if (share < -0.02 || share > 1.02) return point(null);
    point(Math.round(from + Math.min(1, Math.max(0, share)) * (to - from)));
  });
  body.addEventListener("pointerleave", () => point(null));
  body.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") return point(null);
    if (!step) return;
    event.preventDefault();
    const [least, most] = bounds();
    const [from, to] = [view.from ?? least, view.to ?? most];
    point(Math.min(to, Math.max(from, (pointed ?? (step > 0 ? from - 1 : to + 1)) + step)));
    body.querySelector<SVGSVGElement>("svg.plot")?.focus({ preventScroll: true });
  });
  let last = 0;
  new ResizeObserver(() => {
    if (Math.abs(body.clientWidth - last) > 4) {
      last = body.clientWidth;
      draw();
    }
  }).observe(body);

  const removals = choose(figure, chart, () => {
    view.off.clear();
    paintControls();
    draw();
  });
  paintControls();
  last = body.clientWidth;
  draw();
  tools(figure, () => `blocwatch-${location.pathname.split("/").filter(Boolean).join("-").toLowerCase() || "chart"}-${chart.id}`);
}

/** On the page of votes: states to add and to remove. Their points come from the interface for programs. */
function choose(figure: HTMLElement, chart: ChartData, changed: () => void): ((i: number) => HTMLElement) | null {
  const choice = data<Choice>("choice-data");
  const form = document.getElementById("choose");
  if (!choice || !form || figure.id !== "chart-1") return null;
  figure.dataset.choice = "yes";
  const names = new Map(choice.states);
  const said = el("span", { class: "muted", role: "status" });
  const select = el("select", { id: "add-state" });
  const fill = () => {
    select.replaceChildren(
      el("option", { value: "" }, say("choose")),
      ...choice.states.filter(([id]) => !choice.chosen.includes(id)).map(([id, name]) => el("option", { value: id }, name)),
    );
    select.disabled = choice.chosen.length >= choice.most;
    said.textContent = select.disabled ? say("most", { n: choice.most }) : "";
    remember({ states: choice.chosen.join(",") });
    const csv = figure.querySelector<HTMLAnchorElement>(".frame-tools a");
    if (csv) csv.href = `/api/v1/figures/ideal-points?states=${choice.chosen.join(",")}`;
  };
  select.addEventListener("change", async () => {
    const id = select.value;
    if (!id) return;
    try {
      type Row = { year: number; idealpoint: number; q05: number | null; q95: number | null };
      const rows = await get<Row[]>(
        `/api/v1/tables/idealpoint_state_session/rows?state=${id}&columns=gwcode,year,idealpoint,q05,q95&limit=1000`,
      );
      const points = rows
        .sort((a, b) => a.year - b.year)
        .map((r): Point => (r.q05 === null || r.q95 === null ? [r.year, r.idealpoint] : [r.year, r.idealpoint, r.q05, r.q95]));
      chart.series.push({ name: names.get(id) ?? id, points });
      choice.chosen.push(id);
      fill();
      changed();
    } catch {
      said.textContent = say("failed");
    }
  });
  form.replaceChildren(el("label", { for: "add-state" }, say("add")), select, said);
  const address = location.search.includes("states=");
  fill();
  if (!address) remember({ states: null });
  return (i) => {
    const name = chart.series[i]?.name ?? "";
    const button = el("button", { type: "button", class: "quiet", "aria-label": say("remove", { name }) }, "×");
    button.addEventListener("click", () => {
      chart.series.splice(i, 1);
      choice.chosen.splice(i, 1);
      fill();
      changed();
    });
    return button;
  };
}
