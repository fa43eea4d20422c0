// Keys of the board. They rest while somebody writes or a sheet is open, and where the device has turned them off.
const help = document.getElementById("board-help");
const opener = document.getElementById("board-help-open");
const search = document.getElementById("desk-search");
const WRITES = "input, textarea, select, [contenteditable], [role=textbox], [role=listbox], [role=menu]";

const acts = {
  "/": () => (search.focus(), search.select()),
  "?": () => help.showModal(),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  r: () => document.querySelector(".advice .ds-button")?.focus(),
  g: () => document.getElementById("open-vial")?.focus(),
  n: () => document.getElementById("board-names").click(),
};

// Moves to the next person and tells whether there was one; else the page scrolls as it would.
function step(by) {
  const rows = people();
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = here === -1 ? (by > 0 ? 0 : -1) : here + by;
  const way = rows[next] && wayTo(rows[next]);
  if (!way) return false;
  way.focus();
  way.closest("[data-person]").scrollIntoView({ block: "nearest" });
  return true;
}

function pressed(event) {
  if (event.key === "Escape" && !help.open && (event.target === search || search.value)) {
    event.preventDefault();
    search.value = "";
    narrow();
    search.blur();
    return;
  }
  const act = Object.hasOwn(acts, event.key) && acts[event.key];
  const taken = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  if (!act || taken || event.defaultPrevented || help.open) return;
  if (event.target.closest?.(WRITES)) {
    // From the search one may go straight down to those it found.
    if (event.target !== search || event.key !== "ArrowDown") return;
  }
  if (act() !== false) event.preventDefault();
}

opener.hidden = false;
opener.addEventListener("click", () => help.showModal());
if (!help.hasAttribute("data-keys-off")) document.addEventListener("keydown", pressed);
