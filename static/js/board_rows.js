// Narrows the board to those whose row has all the words that are typed, on this page only.
const box = document.getElementById("desk-search");
const found = document.getElementById("board-found");
const board = document.getElementById("live");

function people() {
  return [...board.querySelectorAll("[data-person]")].filter((row) => !row.hidden);
}

function wayTo(row) {
  return row.querySelector("a[id], button");
}

function fit(row, words) {
  const said = row.textContent.toLocaleLowerCase().replace(/\s+/g, " ");
  return words.every((word) => said.includes(word));
}

function narrow() {
  const words = box.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const rows = [...board.querySelectorAll("[data-person]")];
  const fitting = new Set(rows.filter((row) => fit(row, words)));
  // What no row says may be a number, or a name that is hidden: the search itself knows more.
  for (const row of rows) row.hidden = fitting.size > 0 && !fitting.has(row);
  for (const group of board.querySelectorAll(".seat-group")) {
    const own = [...group.querySelectorAll("[data-person]")];
    group.hidden = own.length > 0 && own.every((row) => row.hidden);
  }
  const { none, one, many } = found.dataset;
  const count = fitting.size === 1 ? one : many.replace("#", String(fitting.size));
  const news = words.length === 0 ? "" : fitting.size ? count : none;
  // Written only when it changes: it is read aloud.
  if (found.textContent !== news) found.textContent = news;
}

box.setAttribute("aria-describedby", found.id);
box.addEventListener("input", narrow);
document.body.addEventListener("htmx:afterSwap", (event) => event.target === board && narrow());
narrow(); // a browser that comes back may have kept the words
