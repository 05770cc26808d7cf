/** Small helpers that every island uses: elements, data of the page, and the state of a picture in the address. */

const SVG = "http://www.w3.org/2000/svg";

type Attributes = Record<string, string | number | boolean | null | undefined>;

function dress<E extends Element>(element: E, attributes: Attributes, children: (Node | string)[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/** An HTML element. Text is text: nothing is ever parsed as HTML. */
export function el<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Attributes = {}, ...children: (Node | string)[]) {
  return dress(document.createElement(name), attributes, children);
}

/** An SVG element. */
export function svg<K extends keyof SVGElementTagNameMap>(name: K, attributes: Attributes = {}, ...children: (Node | string)[]) {
  return dress(document.createElementNS(SVG, name), attributes, children) as SVGElementTagNameMap[K];
}

/** Data that the page carries for an island. */
export function data<T>(id: string): T | null {
  const element = document.getElementById(id);
  return element?.textContent ? (JSON.parse(element.textContent) as T) : null;
}

/** The part of a figure that has a name (`data-is`). */
export function part<E extends Element = HTMLElement>(within: Element, name: string): E | null {
  return within.querySelector<E>(`[data-is="${name}"]`);
}

/** A parameter of the address. */
export function asked(name: string): string | null {
  return new URLSearchParams(location.search).get(name);
}

/** Puts parameters into the address without a new page, so that it can be copied, kept and sent. */
export function remember(parameters: Record<string, string | null>, anchor?: string): void {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === null || value === "") url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  if (anchor) url.hash = anchor;
  history.replaceState(null, "", url);
}

/** JSON of this server. */
export async function get<T>(path: string): Promise<T> {
  const answer = await fetch(path, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()) as T;
}

/** Whether the reader asked for little motion. */
export const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Calls when light turns to dark or back. */
export function onScheme(then: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", then);
}
