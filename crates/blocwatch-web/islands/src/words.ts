/** What islands say: the messages that the page carries in its language. */
import { data } from "./dom.ts";

const words = data<Record<string, string>>("words") ?? {};

/** A message with its values; the key where the page lacks it, so that a mistake is seen. */
export function say(key: string, values: Record<string, string | number> = {}): string {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A regime by its number. */
export const regime = (value: number | null | undefined): string =>
  value !== null && value !== undefined && value >= 0 && value < 4 ? say(String(value)) : say("unrated");

/** The beginning of addresses where the address chooses the language (`/fr`). */
const prefix = location.pathname.match(/^\/(?:en|fr|es|ru|ar)(?=\/|$)/)?.[0] ?? "";

/** A page of this site in the language of this page. */
export const page = (path: string): string => prefix + path;

/** The page of a state. */
export const statePage = (id: string): string => page(`/state/${encodeURIComponent(id)}`);
