// Search and filter of the packs' index. Without it the page still lists all.
const rows = [...document.querySelectorAll("#entries tr")];
const texts = rows.map((row) => (row.textContent ?? "").toLowerCase());
const search = document.querySelector("input#search");
const onlyOpen = document.querySelector("input#open");
const found = document.querySelector("#found");

function show() {
  if (!(search instanceof HTMLInputElement) || !(onlyOpen instanceof HTMLInputElement)) return;
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const [index, row] of rows.entries()) {
    const isShown =
      words.every((word) => texts[index]?.includes(word)) && (!onlyOpen.checked || row.classList.contains("open"));
    if (row instanceof HTMLElement) row.hidden = !isShown;
    if (isShown) shown++;
  }
  if (found !== null) found.textContent = shown === rows.length ? "" : `${shown} of ${rows.length}`;
}

search?.addEventListener("input", show);
onlyOpen?.addEventListener("change", show);
