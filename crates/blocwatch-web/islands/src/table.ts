/** Tables that sort, filter and leave out columns. The table is the server's; nothing is fetched. */
import { el } from "./dom.ts";
import { say } from "./words.ts";

interface Row {
  element: HTMLTableRowElement;
  cells: string[];
  text: string;
}

/** Rows from which a filter is worth its place. */
const LONG = 12;

/** The number that a cell begins with, marks of notes aside: `0.33 (0.29–0.37)`, `42,718`, `< 0.0001`, `18 %`; else not a number. */
const numeric = (text: string) => {
  const found = text.replace(/\[\d+\]/g, "").trim().match(/^[<>~]?\s*([-−+]?[\d,\s\u202f\u00a0]*\.?\d+)\s*%?\s*(?:\([^)]*\)|or before)?$/);
  return found ? Number(found[1]!.replace(/[\s,\u202f\u00a0]/g, "").replace("−", "-")) : Number.NaN;
};
/** What a cell says; nothing where it holds a word for a missing value. */
const valueOf = (cell: HTMLTableCellElement) => {
  if (cell.querySelector(".absent")) return "";
  const own = cell.cloneNode(true) as HTMLTableCellElement;
  for (const aside of own.querySelectorAll(".unit, .marks")) aside.remove();
  return own.textContent?.trim() ?? "";
};

function enhance(table: HTMLTableElement, number: number): void {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  const body = table.tBodies[0];
  if (!body || heads.length < 2 || body.rows.length < 3 || body.querySelector("[colspan]")) return;
  const rows: Row[] = [...body.rows].map((element) => {
    const cells = [...element.cells].map(valueOf);
    return { element, cells, text: (element.textContent ?? "").toLowerCase() };
  });
  const count = el("span", { class: "muted", role: "status" });
  const filter = el("input", { type: "search", id: `filter-${number}`, placeholder: say("words"), autocomplete: "off" });
  const bar = el("div", { class: "frame-controls table-bar" }, el("label", { for: `filter-${number}` }, say("filter")), filter);
  if (heads.length > 3) {
    const menu = el("details", { class: "columns-menu" }, el("summary", {}, say("columns")));
    const list = el("div", { class: "columns-list" });
    heads.forEach((head, i) => {
      const box = el("input", { type: "checkbox", checked: true });
      box.disabled = i === 0;
      box.addEventListener("change", () => {
        for (const row of table.rows) row.cells[i]?.toggleAttribute("hidden", !box.checked);
      });
      list.append(el("label", {}, box, head.firstChild?.textContent?.trim() ?? ""));
    });
    menu.append(list);
    bar.append(menu);
  }
  bar.append(count);
  if (rows.length > LONG) (table.closest(".scroll") ?? table).before(bar);

  const show = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const row of rows) {
      const fits = words.every((w) => row.text.includes(w));
      row.element.hidden = !fits;
      if (fits) n += 1;
    }
    count.textContent = words.length ? say("some-rows", { n, total: rows.length }) : say("rows", { n: rows.length });
  };
  filter.addEventListener("input", show);
  show();

  heads.forEach((head, i) => {
    const values = rows.map((r) => r.cells[i] ?? "").filter((v) => v !== "" && v !== "null" && v !== "none");
    const numbers = values.length > 0 && values.every((v) => !Number.isNaN(numeric(v)));
    const unit = head.querySelector(".unit");
    const button = el("button", { type: "button", class: "sort" });
    for (const node of [...head.childNodes]) if (node !== unit) button.append(node);
    head.prepend(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      const down = now === null ? numbers : now === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const sign = down ? -1 : 1;
      const sorted = rows
        .map((row, at) => ({ row, at }))
        .sort((a, b) => {
          const [x, y] = [a.row.cells[i] ?? "", b.row.cells[i] ?? ""];
          if (!numbers && (x === "") !== (y === "")) return x === "" ? 1 : -1;
          if (numbers) {
            const [p, q] = [numeric(x), numeric(y)];
            // what has no value stands last either way: it is not a small number
            if (Number.isNaN(p) || Number.isNaN(q)) return Number(Number.isNaN(p)) - Number(Number.isNaN(q)) || a.at - b.at;
            return sign * (p - q) || a.at - b.at;
          }
          return sign * x.localeCompare(y, document.documentElement.lang) || a.at - b.at;
        });
      body.append(...sorted.map((s) => s.row.element));
    });
  });
}

/** Makes the tables of a part of the page livelier that are not yet. */
export function enhanceAll(within: ParentNode = document): void {
  within.querySelectorAll<HTMLTableElement>("table.rows, table[data-table]").forEach((table, i) => {
    if (!table.dataset.live) {
      table.dataset.live = "yes";
      enhance(table, i + 1);
    }
  });
}

enhanceAll();
document.addEventListener("blocwatch:tables", () => enhanceAll());
