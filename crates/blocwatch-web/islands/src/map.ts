/** The map of regimes: equal-earth projection, a slider of years, and every state within reach of the keyboard. */
import { geoEqualEarth, geoGraticule10, geoPath } from "d3-geo";
import { feature, mesh } from "topojson-client";
import atlas from "atlas";
import { asked, calm, data, el, part, remember, svg } from "./dom.ts";
import { tools } from "./frame.ts";
import { regime, say, statePage } from "./words.ts";

interface Entry {
  shape: string | null;
  id: string;
  name: string;
  runs: number[];
}

const UNRATED = -1;
const NO_STATE = 4;
const [WIDTH, HEIGHT] = [960, 440];

function classIn(entry: Entry | undefined, year: number): number {
  let found = UNRATED;
  for (let i = 0; entry && i + 1 < entry.runs.length && entry.runs[i]! <= year; i += 2) found = entry.runs[i + 1]!;
  return found;
}

function word(value: number, entry: Entry | undefined): string {
  if (!entry) return say("no-rating");
  return value === NO_STATE ? say("no-state") : regime(value);
}

interface Shape {
  link: SVGElement;
  entry: Entry | undefined;
  name: string;
  at: [number, number];
}

function draw(entries: Entry[]): { picture: SVGSVGElement; shapes: Shape[] } {
  const byShape = new Map(entries.filter((e) => e.shape).map((e) => [e.shape!, e]));
  const { countries } = atlas.topology.objects;
  const all = feature(atlas.topology, countries).features.filter((f) => f.id !== "010");
  const projection = geoEqualEarth().rotate([-11, 0]).fitExtent([[2, 2], [WIDTH - 2, HEIGHT - 2]], { type: "FeatureCollection", features: all });
  const path = geoPath(projection).digits(1);
  const shapes: Shape[] = [];
  const group = svg("g", { class: "map-states" });
  const add = (key: string, name: string, drawn: SVGElement, at: [number, number]) => {
    const entry = byShape.get(key);
    const link = entry ? svg("a", { href: statePage(entry.id), tabindex: -1 }, drawn) : svg("g", {}, drawn);
    group.append(link);
    shapes.push({ link, entry, name: entry?.name ?? name, at });
  };
  for (const f of all) {
    const d = path(f);
    if (d) add(String(f.id ?? f.properties.name), f.properties.name, svg("path", { d }), path.centroid(f));
  }
  for (const p of atlas.points) {
    const at = projection(p.at);
    // a point only where there is something to say: islands that belong to another state have no rating of their own
    if (at && byShape.has(p.key)) add(p.key, p.name, svg("circle", { cx: at[0].toFixed(1), cy: at[1].toFixed(1), r: 3.2 }), at);
  }
  const picture = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group", class: "map" },
    svg("defs", {}, svg("pattern", { id: "hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      svg("rect", { width: 5, height: 5, class: "hatch-ground" }), svg("line", { x1: 0, y1: 0, x2: 0, y2: 5, class: "hatch-line" }))),
    svg("path", { d: path(geoGraticule10()) ?? "", class: "map-net" }),
    group,
    svg("path", { d: path(mesh(atlas.topology, countries, (a, b) => a !== b && a.id !== "010")) ?? "", class: "map-borders" }),
  );
  return { picture, shapes };
}

function start(figure: HTMLElement, held: { years: [number, number]; states: Entry[] }): void {
  const [first, last] = held.years;
  let year = Math.min(last, Math.max(first, Number(asked("year") ?? figure.dataset.year) || last));
  const { picture, shapes } = draw(held.states);
  const tip = el("p", { class: "tip", "aria-hidden": "true", hidden: true });
  const said = el("p", { class: "hide", role: "status" });
  const body = figure.querySelector<HTMLElement>(".frame-body")!;
  body.replaceChildren(el("div", { class: "map-scroll" }, picture, tip), said);

  const slider = el("input", { type: "range", min: first, max: last, value: year, step: 1, id: "map-year" });
  const play = el("button", { type: "button", class: "quiet play" }, say("play"));
  const shown = el("output", { for: "map-year" });
  figure.querySelector(".frame-controls")?.replaceWith(
    el("div", { class: "frame-controls" }, play, el("label", { for: "map-year" }, say("year")), slider, shown),
  );
  const note = part(figure, "gone");
  const legend = figure.querySelector(".legend");
  legend?.append(el("li", {}, el("i", { class: "dot hatched", "aria-hidden": "true" }), say("hatched")));

  const paint = () => {
    slider.value = shown.value = String(year);
    slider.setAttribute("aria-valuetext", String(year));
    for (const name of figure.querySelectorAll('[data-is="year"]')) name.textContent = String(year);
    picture.setAttribute("aria-label", say("map", { year }));
    for (const shape of shapes) {
      const value = shape.entry ? classIn(shape.entry, year) : NO_STATE;
      shape.link.setAttribute("class", `m${value}`);
      if (shape.entry) shape.link.setAttribute("aria-label", `${shape.name}: ${word(value, shape.entry)}, ${year}`);
    }
    for (const block of figure.querySelectorAll<HTMLElement>("[data-class]")) {
      const wanted = Number(block.dataset.class);
      const found = held.states.filter((e) => classIn(e, year) === wanted).sort((a, b) => a.name.localeCompare(b.name));
      const n = part(block, "n");
      if (n) n.textContent = String(found.length);
      part(block, "list")?.replaceChildren(
        ...found.map((e) => el("li", {}, el("a", { href: statePage(e.id) }, e.name))),
      );
    }
    const gone = held.states.filter((e) => !e.shape && classIn(e, year) >= 0 && classIn(e, year) < 4);
    if (note) note.textContent = gone.length ? say("gone", { year, list: gone.map((e) => `${e.name} (${word(classIn(e, year), e)})`).join(", ") }) : "";
  };
  const set = (to: number, keep = true) => {
    year = Math.min(last, Math.max(first, to));
    paint();
    if (keep) remember({ year: year === last ? null : String(year) });
  };

  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    play.textContent = say("play");
  };
  slider.addEventListener("input", () => {
    stop();
    set(Number(slider.value));
  });
  play.addEventListener("click", () => {
    if (timer) return stop();
    if (year >= last) set(Math.max(first, 1900), false);
    play.textContent = say("pause");
    timer = window.setInterval(() => {
      if (year >= last) return stop();
      set(year + 1, year + 1 >= last);
    }, calm.matches ? 900 : 180);
  });

  const linked = shapes.filter((s) => s.entry);
  const tell = (shape: Shape) => {
    tip.textContent = `${shape.name} · ${word(shape.entry ? classIn(shape.entry, year) : NO_STATE, shape.entry)} · ${year}`;
    tip.hidden = false;
    const scale = picture.clientWidth / WIDTH;
    tip.style.insetInlineStart = `${Math.min(Math.max(shape.at[0] * scale, 90), picture.clientWidth - 90)}px`;
    tip.style.top = `${shape.at[1] * scale}px`;
  };
  const focus = (shape: Shape) => {
    for (const s of linked) s.link.setAttribute("tabindex", s === shape ? "0" : "-1");
    shape.link.focus({ preventScroll: true });
  };
  for (const shape of shapes) {
    shape.link.addEventListener("pointerenter", () => tell(shape));
    shape.link.addEventListener("pointerleave", () => (tip.hidden = true));
    shape.link.addEventListener("focus", () => tell(shape));
    shape.link.addEventListener("blur", () => (tip.hidden = true));
  }
  // the keyboard enters in the middle of the map
  const off = (s: Shape) => Math.abs(s.at[0] - WIDTH / 2) + Math.abs(s.at[1] - HEIGHT / 2);
  linked.reduce((a, b) => (off(b) < off(a) ? b : a)).link.setAttribute("tabindex", "0");
  picture.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const here = linked.find((s) => s.link === document.activeElement);
    if (!step || !here) return;
    event.preventDefault();
    let best: Shape | undefined;
    let least = Infinity;
    for (const s of linked) {
      const [dx, dy] = [s.at[0] - here.at[0], s.at[1] - here.at[1]];
      const ahead = dx * step[0]! + dy * step[1]!;
      const aside = Math.abs(dx * step[1]!) + Math.abs(dy * step[0]!);
      // nearest within a wedge ahead
      if (s !== here && ahead > 0.5 && aside <= ahead * 1.7 && ahead + 2 * aside < least) [best, least] = [s, ahead + 2 * aside];
    }
    if (best) focus(best);
  });
  paint();
  tools(figure, () => `blocwatch-regimes-${year}`);
  figure.classList.add("live");
}

const figure = document.getElementById("map");
const held = data<{ years: [number, number]; states: Entry[] }>("map-data");
if (figure && held) start(figure, held);
