// The review's comforts: keys, and raw records within the page. Without it every page still does all it is for.

/** @param {EventTarget | null} target */
function isWriting(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["radio", "checkbox", "submit", "button"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** @param {HTMLElement} element */
function follow(element) {
  element.scrollIntoView({ block: "nearest" });
  element.focus();
  if (element instanceof HTMLInputElement && element.type === "search") element.select();
  else element.click();
}

function showKeys() {
  const keys = document.getElementById("keys");
  if (!(keys instanceof HTMLDetailsElement)) return;
  keys.open = !keys.open;
  if (keys.open) keys.scrollIntoView();
  keys.querySelector("summary")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isWriting(event.target)) {
    /** @type {HTMLElement} */ (event.target).blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isWriting(event.target)) return;
  if (event.key === "?") {
    event.preventDefault();
    showKeys();
    return;
  }
  const found = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!(found instanceof HTMLElement)) return;
  event.preventDefault();
  follow(found);
});

const own = document.querySelector("textarea[name=value]");
const ownChoice = document.querySelector("input[name=choice][value=value]");

if (own instanceof HTMLTextAreaElement && ownChoice instanceof HTMLInputElement) {
  own.addEventListener("input", () => {
    ownChoice.checked = true;
  });
  ownChoice.addEventListener("click", () => own.focus());
  own.form?.addEventListener("formdata", (event) => {
    // What was typed before something else was chosen is not meant any more.
    if (!ownChoice.checked) event.formData.set("value", "");
  });
}

/** @param {HTMLAnchorElement} link */
async function showRaw(link) {
  const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.getElementById("raw") ?? page.querySelector("main");
  if (found === null) throw new Error("no record in the answer");
  const shown = document.importNode(found, true);
  shown.removeAttribute("id");
  link.closest("li")?.append(shown);
  link.setAttribute("aria-expanded", "true");
  return shown;
}

/** @type {WeakMap<HTMLAnchorElement, Element>} */
const shownRecords = new WeakMap();

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a.to-raw") : null;
  if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const shown = shownRecords.get(link);
  if (shown !== undefined) {
    const isHidden = shown.toggleAttribute("hidden");
    link.setAttribute("aria-expanded", String(!isHidden));
    return;
  }
  showRaw(link).then(
    (record) => shownRecords.set(link, record),
    () => location.assign(link.href),
  );
});
