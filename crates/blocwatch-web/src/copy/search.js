"use strict";
// Search in a copy of the observatory: a field over the list, for browsers that run scripts. Names are folded as the index has them.
(() => {
  const index = globalThis.blocwatchIndex || [];
  const field = document.getElementById("copy-q");
  const found = document.getElementById("copy-found");
  const box = document.getElementById("copy-search");
  if (!field || !found || !box) return;
  box.hidden = false;
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/ı/g, "i").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const rank = (names, asked, words) => {
    if (names.includes(asked)) return 0;
    if (names.some((n) => n.startsWith(asked))) return 1;
    if (names.some((n) => words.every((w) => n.split(" ").some((of) => of.startsWith(w))))) return 2;
    return names.some((n) => words.every((w) => n.includes(w))) ? 3 : 9;
  };
  field.addEventListener("input", () => {
    found.replaceChildren();
    const asked = fold(field.value);
    if (!asked) return;
    const words = asked.split(" ");
    const hits = [];
    for (const [title, kind, file, names] of index) {
      const r = rank(names.split("|"), asked, words);
      if (r < 9) hits.push([r, title, kind, file]);
    }
    hits.sort((a, b) => a[0] - b[0]);
    for (const [, title, kind, file] of hits.slice(0, 60)) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = file;
      link.textContent = title;
      const about = document.createElement("span");
      about.className = "muted";
      about.textContent = ` ${kind}`;
      item.append(link, about);
      found.append(item);
    }
    document.getElementById("copy-none").hidden = hits.length > 0;
  });
  field.focus();
})();
