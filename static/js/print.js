// A button that prints, where a script runs; without one the page says which keys do it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
  // "quiet": the page has something more urgent to do than to print.
  if (button.dataset.print !== "quiet") {
    button.focus();
  }
}
