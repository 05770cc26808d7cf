/** The network of one layer and year: a drawing to move through, a list of states for the keyboard, a slider of years, search. Other years
    come as the same page of this server, from which the data and the tables are taken. */
import Graph from "graphology";
import Sigma from "sigma";
import { asked, data, el, onScheme, remember, svg } from "./dom.ts";
import { tools } from "./frame.ts";
import { page as pageOf, regime as regimeWord, say, statePage } from "./words.ts";

type Node = [id: string, name: string, regime: number | null, community: number | null, x: number, y: number];
interface Held {
  layer: string;
  year: number;
  ties: string;
  directed: boolean;
  unit: string;
  nodes: Node[];
  edges: [number, number, number][];
}

interface Colours {
  ink: string;
  page: string;
  edge: string;
  faint: string;
  strong: string;
  none: string;
  regimes: string[];
  communities: string[];
}

function colours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: of("--ink"),
    page: of("--page"),
    edge: of("--c-gap"),
    faint: of("--c-grid"),
    strong: of("--accent"),
    none: of("--rule"),
    regimes: [0, 1, 2, 3].map((i) => of(`--r${i}`)),
    communities: [0, 1, 2, 3, 4, 5].map((i) => of(`--s${i}`)),
  };
}

function build(held: Held): Graph {
  const graph = new Graph({ type: held.directed ? "directed" : "undirected", multi: false });
  const heaviest = Math.max(...held.edges.map((e) => e[2]), Number.MIN_VALUE);
  for (const [id, name, regime, community, x, y] of held.nodes) {
    graph.addNode(id, { label: name, x, y: -y, regime, community, size: 4 });
  }
  for (const [a, b, weight] of held.edges) {
    const [from, to] = [held.nodes[a]![0], held.nodes[b]![0]];
    if (from !== to && !graph.hasEdge(from, to)) {
      graph.addEdge(from, to, { weight, size: 0.5 + 3 * Math.sqrt(weight / heaviest), type: held.directed ? "arrow" : "line" });
    }
  }
  const least = held.nodes.length > 120 ? 2.5 : 4;
  graph.forEachNode((id) => graph.setNodeAttribute(id, "size", least + 1.1 * Math.sqrt(graph.degree(id))));
  return graph;
}

function start(figure: HTMLElement, first: Held): void {
  let held = first;
  let graph = build(held);
  let palette = colours();
  let colouring: "regime" | "community" = asked("colour") === "community" ? "community" : "regime";
  let chosen: string | null = null;
  let hovered: string | null = null;

  const body = figure.querySelector<HTMLElement>(".frame-body")!;
  // names stand at the right of their discs, whichever way the page is written
  const stage = el("div", { class: "net-stage", dir: "ltr", "aria-hidden": "true" });
  const detail = el("div", { class: "net-detail" });
  const list = el("ul", { class: "net-list", role: "listbox", "aria-label": say("network") });
  const search = el("input", { type: "search", id: "net-search", list: "net-names", autocomplete: "off", placeholder: say("a-state") });
  const names = el("datalist", { id: "net-names" });
  body.replaceChildren(el("div", { class: "net-panes" }, stage, el("div", { class: "net-side" }, el("label", { for: "net-search" }, say("find")), search, names, list)), detail);
  detail.setAttribute("role", "status");

  const renderer = new Sigma(graph, stage, {
    allowInvalidContainer: true,
    labelFont: getComputedStyle(document.documentElement).getPropertyValue("--sans"),
    labelSize: 12,
    labelColor: { color: palette.ink },
    labelDensity: stage.clientWidth < 500 ? 0.7 : 1.4,
    labelGridCellSize: 70,
    labelRenderedSizeThreshold: held.nodes.length > 120 ? 6 : 4,
    defaultEdgeType: held.directed ? "arrow" : "line",
    minEdgeThickness: held.edges.length > 300 ? 0.4 : 0.9,
    zIndex: true,
    minCameraRatio: 0.15,
    maxCameraRatio: 2.5,
    nodeReducer: (id, given) => {
      const focus = hovered ?? chosen;
      const near = focus === null || id === focus || graph.areNeighbors(id, focus);
      const regime = given.regime as number | null;
      const community = given.community as number | null;
      const full =
        colouring === "regime"
          ? regime === null ? palette.none : palette.regimes[regime]!
          : community === null ? palette.none : palette.communities[community % 6]!;
      return {
        ...given,
        color: near ? full : palette.faint,
        label: near ? (given.label as string) : "",
        forceLabel: focus !== null && near,
        zIndex: near ? 1 : 0,
        highlighted: false,
        size: (given.size as number) * (id === focus ? 1.4 : 1),
      };
    },
    edgeReducer: (edge, given) => {
      const focus = hovered ?? chosen;
      const touches = focus !== null && graph.hasExtremity(edge, focus);
      return { ...given, color: touches ? palette.strong : focus === null ? (graph.size > 300 ? palette.edge : palette.none) : palette.faint, zIndex: touches ? 1 : 0 };
    },
    defaultDrawNodeHover: () => undefined,
  });

  const word = (id: string) => {
    return regimeWord(graph.getNodeAttribute(id, "regime") as number | null);
  };
  const ordered = () => graph.nodes().sort((a, b) => name(a).localeCompare(name(b)));
  const name = (id: string) => graph.getNodeAttribute(id, "label") as string;
  const neighbours = (id: string) =>
    graph
      .neighbors(id)
      .map((other) => ({ other, weight: Math.max(...graph.edges(id, other).map((e) => graph.getEdgeAttribute(e, "weight") as number), ...graph.edges(other, id).map((e) => graph.getEdgeAttribute(e, "weight") as number)) }))
      .sort((a, b) => b.weight - a.weight || name(a.other).localeCompare(name(b.other)))
      .map((n) => n.other);

  const choose = (id: string | null, move = false) => {
    chosen = id !== null && graph.hasNode(id) ? id : null;
    for (const item of list.querySelectorAll<HTMLElement>("li")) {
      const mine = item.dataset.id === chosen;
      item.setAttribute("aria-selected", String(mine));
      item.tabIndex = mine ? 0 : -1;
      if (mine) {
        if (move) item.focus({ preventScroll: true });
        list.scrollTop = Math.max(0, item.offsetTop - list.clientHeight / 2);
      }
    }
    if (chosen === null) list.querySelector<HTMLElement>("li")?.setAttribute("tabindex", "0");
    detail.replaceChildren();
    if (chosen !== null) {
      const near = neighbours(chosen);
      const link = (id: string) => el("a", { href: statePage(id) }, name(id));
      const pairs = near.slice(0, 12).flatMap((other, i) => {
        const [a, b] = [chosen!, other].sort();
        return [i ? ", " : "", el("a", { href: pageOf(`/pair/${encodeURIComponent(a!)}/${encodeURIComponent(b!)}`) }, name(other))];
      });
      const community = graph.getNodeAttribute(chosen, "community") as number | null;
      detail.append(
        el("p", {}, el("strong", {}, link(chosen)), ` · ${word(chosen)}, ${held.year}${community === null ? "" : ` · ${say("community", { n: community })}`} · ${near.length} ${say("ties")}: `, ...pairs, near.length > 12 ? ` ${say("more", { n: near.length - 12 })}` : ""),
      );
    }
    remember({ state: chosen });
    renderer.refresh({ skipIndexation: true });
  };

  const fill = () => {
    list.replaceChildren(
      ...ordered().map((id) => {
        const regime = graph.getNodeAttribute(id, "regime") as number | null;
        return el("li", { role: "option", "data-id": id, tabindex: -1, "aria-selected": "false" },
          el("i", { class: `dot ${regime === null ? "none" : `r${regime}`}`, "aria-hidden": "true" }), name(id), el("span", { class: "muted" }, ` ${graph.degree(id)}`), el("span", { class: "hide" }, ` ${say("ties")}, ${word(id)}`));
      }),
    );
    names.replaceChildren(...ordered().map((id) => el("option", { value: name(id) })));
  };

  list.addEventListener("click", (event) => {
    const item = (event.target as Element).closest<HTMLElement>("li");
    if (item) choose(item.dataset.id ?? null, true);
  });
  let round: { of: string; list: string[]; at: number } | null = null;
  list.addEventListener("keydown", (event) => {
    const items = [...list.querySelectorAll<HTMLElement>("li")];
    const here = Math.max(0, items.findIndex((i) => i === document.activeElement));
    const id = items[here]?.dataset.id;
    const go = (to: number) => choose(items[Math.min(items.length - 1, Math.max(0, to))]?.dataset.id ?? null, true);
    if (event.key === "ArrowDown") go(here + 1);
    else if (event.key === "ArrowUp") go(here - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(items.length - 1);
    else if ((event.key === "ArrowRight" || event.key === "ArrowLeft") && id) {
      // right and left: through the neighbours of the state from which one set out, strongest tie first
      if (!round || round.list[round.at] !== id) round = { of: id, list: [id, ...neighbours(id)], at: 0 };
      round.at = (round.at + (event.key === "ArrowRight" ? 1 : round.list.length - 1)) % round.list.length;
      choose(round.list[round.at] ?? null, true);
    } else if (event.key === "Enter" && id) location.href = statePage(id);
    else if (event.key === "Escape") choose(null);
    else return;
    event.preventDefault();
  });
  search.addEventListener("change", () => {
    const typed = search.value.trim().toLowerCase();
    const found = ordered().find((id) => name(id).toLowerCase() === typed) ?? ordered().find((id) => typed !== "" && name(id).toLowerCase().includes(typed));
    if (!found) return choose(null);
    choose(found, true);
    const at = renderer.getNodeDisplayData(found);
    if (at) void renderer.getCamera().animate({ x: at.x, y: at.y, ratio: 0.6 }, { duration: 250 });
  });
  renderer.on("enterNode", ({ node }) => {
    hovered = node;
    stage.classList.add("over");
    renderer.refresh({ skipIndexation: true });
  });
  renderer.on("leaveNode", () => {
    hovered = null;
    stage.classList.remove("over");
    renderer.refresh({ skipIndexation: true });
  });
  renderer.on("clickNode", ({ node }) => choose(node));
  renderer.on("clickStage", () => choose(null));
  onScheme(() => {
    palette = colours();
    renderer.setSetting("labelColor", { color: palette.ink });
    renderer.refresh();
  });

  // the form of the server becomes live: a change is shown at once, without a new page
  const form = document.getElementById("network-form") as HTMLFormElement;
  const input = form.elements.namedItem("year") as HTMLInputElement;
  const slider = el("input", { type: "range", min: figure.dataset.from, max: figure.dataset.to, value: held.year, id: "net-year" });
  const shown = el("output", { for: "net-year" }, String(held.year));
  const back = el("button", { type: "button", class: "quiet" }, say("whole"));
  back.addEventListener("click", () => {
    choose(null);
    void renderer.getCamera().animatedReset({ duration: 250 });
  });
  const colour = el("select", { id: "net-colour" }, el("option", { value: "regime" }, say("by-regime")), el("option", { value: "community" }, say("by-community")));
  colour.value = colouring;
  const legend = figure.querySelector<HTMLElement>(".legend");
  const recolour = () => {
    if (legend) legend.hidden = colouring === "community";
    renderer.refresh({ skipIndexation: true });
  };
  colour.addEventListener("change", () => {
    colouring = colour.value === "community" ? "community" : "regime";
    recolour();
  });
  const hasCommunities = held.nodes.some((n) => n[3] !== null);
  body.before(
    el("div", { class: "frame-controls" }, el("label", { for: "net-year" }, say("year")), slider, shown,
      ...(hasCommunities ? [el("label", { for: "net-colour" }, say("colour"), colour)] : []), back),
  );
  const address = () => {
    const asks = new URLSearchParams();
    for (const [key, value] of new FormData(form)) if (value !== "") asks.set(key, String(value));
    return pageOf(`/network?${asks}`);
  };
  let turn = 0;
  const load = async () => {
    const mine = ++turn;
    const path = address();
    const answer = await fetch(path);
    if (!answer.ok || mine !== turn) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const text = page.getElementById("network-data")?.textContent;
    if (!text || mine !== turn) return;
    const before = new Map(graph.mapNodes((id, a) => [id, [a.x as number, a.y as number]] as const));
    held = JSON.parse(text) as Held;
    graph = build(held);
    renderer.setGraph(graph);
    for (const swap of page.querySelectorAll<HTMLElement>("[data-swap]")) {
      const old = document.querySelector(`[data-swap="${swap.dataset.swap}"]`);
      if (!old) continue;
      if (old instanceof HTMLTableElement) {
        old.closest(".scroll")?.previousElementSibling?.matches(".table-bar") && old.closest(".scroll")!.previousElementSibling!.remove();
      }
      old.replaceWith(document.adoptNode(swap));
    }
    document.dispatchEvent(new Event("blocwatch:tables"));
    history.replaceState(null, "", path);
    slider.value = shown.value = input.value = String(held.year);
    fill();
    choose(chosen);
    glide(before);
  };
  /** States that stay move to their new places, so that the eye can follow. */
  const glide = (before: Map<string, readonly [number, number]>) => {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const target = new Map(graph.mapNodes((id, a) => [id, [a.x as number, a.y as number]] as const));
    const begun = performance.now();
    const of = graph;
    const step = (now: number) => {
      if (of !== graph) return;
      const t = Math.min(1, (now - begun) / 350);
      const eased = 1 - (1 - t) ** 3;
      for (const [id, to] of target) {
        const from = before.get(id) ?? to;
        graph.mergeNodeAttributes(id, { x: from[0] + (to[0] - from[0]) * eased, y: from[1] + (to[1] - from[1]) * eased });
      }
      if (t < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  };
  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => void load(), 120);
  };
  slider.addEventListener("input", () => {
    shown.value = input.value = slider.value;
    soon();
  });
  input.addEventListener("change", soon);
  (form.elements.namedItem("ties") as HTMLSelectElement | null)?.addEventListener("change", soon);
  (form.elements.namedItem("community") as HTMLSelectElement | null)?.addEventListener("change", soon);
  // another layer has other years and other ties to choose from: that is another page
  (form.elements.namedItem("layer") as HTMLSelectElement).addEventListener("change", () => form.submit());

  fill();
  recolour();
  choose(asked("state"));
  /** The present view as SVG: what is shown, in the colours in which it is shown, names included. */
  const drawn = (): SVGSVGElement => {
    const { width, height } = renderer.getDimensions();
    const sans = getComputedStyle(document.documentElement).getPropertyValue("--sans");
    const place = (id: string) => {
      const shown = renderer.getNodeDisplayData(id)!;
      return { ...renderer.framedGraphToViewport(shown), r: renderer.scaleSize(shown.size), shown };
    };
    const number = (v: number) => v.toFixed(1);
    const [lines, discs, names] = [svg("g"), svg("g"), svg("g")];
    for (const edge of graph.edges().sort((a, b) => renderer.getEdgeDisplayData(a)!.zIndex - renderer.getEdgeDisplayData(b)!.zIndex)) {
      const shown = renderer.getEdgeDisplayData(edge)!;
      const [a, b] = [place(graph.source(edge)), place(graph.target(edge))];
      const wide = Math.max(0.5, renderer.scaleSize(shown.size));
      lines.append(svg("line", { x1: number(a.x), y1: number(a.y), x2: number(b.x), y2: number(b.y), stroke: shown.color, "stroke-width": number(wide) }));
      const long = Math.hypot(b.x - a.x, b.y - a.y);
      if (!held.directed || long <= b.r) continue;
      // the head of an arrow, its point at the rim of the disc
      const [ux, uy] = [(b.x - a.x) / long, (b.y - a.y) / long];
      const [tip, back, side] = [long - b.r, long - b.r - 3 - 2 * wide, 1.5 + wide];
      const at = (along: number, aside: number) => `${number(a.x + ux * along - uy * aside)},${number(a.y + uy * along + ux * aside)}`;
      lines.append(svg("polygon", { points: [at(tip, 0), at(back, side), at(back, -side)].join(" "), fill: shown.color }));
    }
    for (const id of graph.nodes()) {
      const { x, y, r, shown } = place(id);
      discs.append(svg("circle", { cx: number(x), cy: number(y), r: number(r), fill: shown.color }, svg("title", {}, `${name(id)}: ${word(id)}`)));
    }
    for (const id of renderer.getNodeDisplayedLabels()) {
      const { x, y, r, shown } = place(id);
      if (!shown.label) continue;
      names.append(
        svg("text", { x: number(x + r + 3), y: number(y + 4), "font-family": sans, "font-size": 12, fill: palette.ink, stroke: palette.page, "stroke-width": 3, "stroke-linejoin": "round", "paint-order": "stroke" }, shown.label),
      );
    }
    return svg("svg", { viewBox: `0 0 ${width} ${height}` }, lines, discs, names) as SVGSVGElement;
  };
  tools(figure, () => `blocwatch-network-${held.layer.replace(/[^a-z0-9]+/gi, "-")}-${held.year}`, drawn);
  figure.classList.add("live");
  performance.mark("blocwatch-network");
}

const figure = document.getElementById("network");
const held = data<Held>("network-data");
if (figure && held && held.nodes.length > 0) start(figure, held);
