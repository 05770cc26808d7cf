/** What every picture has around it: its image as SVG and PNG, and the link that restores it. */
import { el, svg } from "./dom.ts";
import { say } from "./words.ts";

/** Properties that a picture needs to look outside the page as it does within. */
const LOOK = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linejoin", "stroke-linecap",
  "opacity", "font-family", "font-size", "font-weight", "font-variant-numeric", "text-anchor", "dominant-baseline", "paint-order",
  "display", "visibility",
] as const;

/** A copy that needs no style sheet, with title above and source below. */
function standalone(figure: HTMLElement, picture: SVGSVGElement): { text: string; width: number; height: number } {
  const box = picture.viewBox.baseVal;
  const [width, height] = box.width > 0 ? [box.width, box.height] : [picture.clientWidth, picture.clientHeight];
  const copy = picture.cloneNode(true) as SVGSVGElement;
  const from = [picture, ...picture.querySelectorAll<SVGElement>("*")];
  const to = [copy, ...copy.querySelectorAll<SVGElement>("*")];
  from.forEach((original, i) => {
    const look = getComputedStyle(original);
    const target = to[i]!;
    for (const name of LOOK) {
      const value = look.getPropertyValue(name);
      if (value) target.setAttribute(name, value);
    }
    for (const name of ["class", "style", "tabindex", "href", "role"]) target.removeAttribute(name);
  });
  const page = getComputedStyle(document.documentElement);
  const [ink, muted, paper, sans] = ["--ink", "--muted", "--page", "--sans"].map((v) => page.getPropertyValue(v).trim());
  const lines = (text: string, size: number) => {
    const most = Math.max(20, Math.floor(width / (size * 0.53)));
    const out: string[] = [];
    for (const word of text.split(/\s+/)) {
      const last = out.at(-1);
      if (last !== undefined && last.length + word.length < most) out[out.length - 1] = `${last} ${word}`;
      else out.push(word);
    }
    return out;
  };
  const title = lines(figure.querySelector("figcaption")?.textContent?.trim() ?? "", 15);
  const source = lines(`${figure.querySelector(".below")?.textContent?.trim() ?? ""} ${document.querySelector(".foot p")?.firstChild?.textContent?.trim() ?? "Blocwatch"}`, 10.5);
  const top = 12 + 20 * title.length;
  const total = top + height + 14 + 14 * source.length;
  const write = (list: string[], y: number, step: number, size: number, weight: number, colour: string | undefined) =>
    list.map((line, i) =>
      svg("text", { x: 0, y: y + step * i, "font-size": size, "font-weight": weight, "font-family": sans, fill: colour }, line),
    );
  const legend = [...figure.querySelectorAll<HTMLElement>(".legend:not([hidden]) li")];
  const marks: SVGElement[] = [];
  let x = 0;
  for (const item of legend) {
    const dot = item.querySelector<HTMLElement>(".dot");
    const text = item.textContent?.trim() ?? "";
    const colour = dot ? getComputedStyle(dot).backgroundColor : "none";
    marks.push(svg("circle", { cx: x + 5, cy: top + height + 8, r: 5, fill: colour === "rgba(0, 0, 0, 0)" ? "none" : colour, stroke: muted }));
    marks.push(svg("text", { x: x + 14, y: top + height + 12, "font-size": 11, "font-family": sans, fill: ink }, text));
    x += 30 + text.length * 6;
  }
  const shift = legend.length > 0 ? 24 : 0;
  copy.setAttribute("y", String(top));
  copy.setAttribute("x", "0");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const margin = 16;
  const [w, h] = [width + 2 * margin, total + shift + 2 * margin];
  const whole = svg(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", viewBox: `${-margin} ${-margin} ${w} ${h}`, width: w, height: h },
    svg("rect", { x: -margin, y: -margin, width: w, height: h, fill: paper }),
    ...write(title, 15, 20, 15, 650, ink),
    copy,
    ...marks,
    ...write(source, top + height + shift + 18, 14, 10.5, 400, muted),
  );
  return { text: new XMLSerializer().serializeToString(whole), width: w, height: h };
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

async function png(picture: { text: string; width: number; height: number }): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture.text)}`;
  await image.decode();
  const scale = 2;
  const canvas = el("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
  const context = canvas.getContext("2d");
  context?.scale(scale, scale);
  context?.drawImage(image, 0, 0, picture.width, picture.height);
  return new Promise((done, failed) => canvas.toBlob((b) => (b ? done(b) : failed(new Error("no image")))));
}

/** Adds the buttons to the tools of a figure. `drawn` makes the picture of the present view where the figure itself holds no SVG. */
export function tools(figure: HTMLElement, name: () => string, drawn?: () => SVGSVGElement): void {
  const list = figure.querySelector(".frame-tools");
  if (!list || list.querySelector("button")) return;
  const button = (text: string, does: () => unknown) => {
    const made = el("button", { type: "button", class: "quiet", lang: document.documentElement.lang }, text);
    made.addEventListener("click", () => void does());
    list.append(" · ", made);
    return made;
  };
  const whole = () => {
    const found = drawn?.() ?? figure.querySelector<SVGSVGElement>(".frame-body svg");
    return found && standalone(figure, found);
  };
  button(say("svg"), () => {
    const found = whole();
    if (found) save(new Blob([found.text], { type: "image/svg+xml" }), `${name()}.svg`);
  });
  button(say("png"), async () => {
    const found = whole();
    if (found) save(await png(found), `${name()}.png`);
  });
  const link = button(say("link"), async () => {
    const url = new URL(location.href);
    url.hash = figure.id;
    history.replaceState(null, "", url);
    try {
      await navigator.clipboard.writeText(url.href);
      link.textContent = say("linked");
    } catch {
      link.textContent = say("in-address");
    }
    setTimeout(() => (link.textContent = say("link")), 2500);
  });
}
