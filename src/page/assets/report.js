// The report's own script: search, filters, sections that open. Without it the page still shows all.

/** @template {HTMLElement} T @param {string} id @param {new () => T} type @returns {T | undefined} */
function find(id, type) {
  const element = document.getElementById(id);
  return element instanceof type ? element : undefined;
}

const tools = find("tools", HTMLFormElement);
const search = find("search", HTMLInputElement);
const shown = find("shown", HTMLElement);
const filters = {
  table: find("filter-table", HTMLSelectElement),
  kind: find("filter-kind", HTMLSelectElement),
  source: find("filter-source", HTMLSelectElement),
};

/** @param {string} selector @param {ParentNode} [within] @returns {HTMLElement[]} */
function all(selector, within = document) {
  return [...within.querySelectorAll(selector)].filter((each) => each instanceof HTMLElement);
}

/** @param {string | null} text */
function folded(text) {
  return (text ?? "").toLowerCase();
}

/** @type {Map<HTMLElement, string>} */
const texts = new Map();

/** What is searched: the text of an entry, and the column that it stands under. @param {HTMLElement} entry */
function textOf(entry) {
  const known = texts.get(entry);
  if (known !== undefined) return known;
  const column = entry.closest(".column")?.querySelector("summary")?.textContent;
  const text = folded(`${column ?? ""} ${entry.textContent}`).replaceAll(/\s+/g, " ");
  texts.set(entry, text);
  return text;
}

/** @param {HTMLElement} entry */
function matches(entry) {
  const { table, kind, source } = entry.dataset;
  if ((filters.table?.value ?? "") !== "" && table !== filters.table?.value) return false;
  if ((filters.kind?.value ?? "") !== "" && kind !== filters.kind?.value) return false;
  const wanted = filters.source?.value ?? "";
  if (wanted !== "" && !(entry.dataset["sources"] ?? source ?? "").split(" ").includes(wanted)) return false;
  const words = folded(search?.value ?? "")
    .split(/\s+/)
    .filter((word) => word !== "");
  return words.every((word) => textOf(entry).includes(word));
}

function isFiltered() {
  return (search?.value ?? "").trim() !== "" || Object.values(filters).some((select) => (select?.value ?? "") !== "");
}

const entries = all(".entry");

function apply() {
  let number = 0;
  for (const entry of entries) {
    entry.hidden = !matches(entry);
    if (!entry.hidden) number++;
  }
  for (const list of all(".findings")) showList(list);
  if (shown === undefined) return;
  const whole = entries.length.toLocaleString("en-US");
  shown.textContent = isFiltered()
    ? `${number.toLocaleString("en-US")} of ${whole} findings shown`
    : `${whole} findings`;
}

/** Columns without a match go; those with one open while somebody searches. @param {HTMLElement} list */
function showList(list) {
  for (const column of all(".column", list)) {
    if (!(column instanceof HTMLDetailsElement)) continue;
    column.hidden = all(".entry:not([hidden])", column).length === 0;
    if (isFiltered() && !column.hidden) column.open = true;
  }
  const none = list.querySelector(".none");
  if (none instanceof HTMLElement) none.hidden = all(".entry:not([hidden])", list).length > 0;
}

function clear() {
  if (search !== undefined) search.value = "";
  for (const select of Object.values(filters)) if (select !== undefined) select.value = "";
  apply();
}

/** @param {boolean} open */
function setAll(open) {
  for (const details of all("main details")) if (details instanceof HTMLDetailsElement) details.open = open;
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return (
    target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement
  );
}

/** A link into something closed opens it. */
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let each = target; each !== null; each = each.parentElement)
    if (each instanceof HTMLDetailsElement) each.open = true;
  target?.scrollIntoView();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !isTyping(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search?.focus();
    search?.select();
  }
  if (event.key === "Escape") clear();
});
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;
search?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(apply, 120);
});
for (const select of Object.values(filters)) select?.addEventListener("change", apply);
tools?.addEventListener("submit", (event) => event.preventDefault());
find("expand", HTMLButtonElement)?.addEventListener("click", () => setAll(true));
find("collapse", HTMLButtonElement)?.addEventListener("click", () => setAll(false));
addEventListener("hashchange", openTarget);

if (tools !== undefined) tools.hidden = false;
apply();
if (location.hash.length > 1) openTarget();

/** Only boxes that scroll are stops of the Tab key. */
const boxes = new ResizeObserver((resized) => {
  for (const { target } of resized) {
    if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
    else target.removeAttribute("tabindex");
  }
});
for (const box of all(".scroll[tabindex]")) boxes.observe(box);

/** Marks in the contents where the reader is. */
const links = new Map(all("nav a").map((link) => [link.getAttribute("href")?.slice(1) ?? "", link]));
const watched = new IntersectionObserver(
  (seen) => {
    for (const { target, isIntersecting } of seen) {
      if (!isIntersecting) continue;
      for (const [id, link] of links)
        if (id === target.id) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
    }
  },
  { rootMargin: "-20% 0px -70% 0px" },
);
for (const section of all("main > section")) watched.observe(section);
