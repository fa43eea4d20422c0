// Says a minute before an unused log-in ends, and hides the page when it has ended. The server decides: this script
// only asks it, with a header by which its asking is no use of the log-in. What was filled in stays in the page.
const idle = document.getElementById("idle");
const WARN = 60; // seconds before the end
const LOOK = 3_000; // between two looks while the page is locked
let filled = false;
let locked = false;
let timer = 0;

function showPart(name) {
  for (const part of idle.querySelectorAll("[data-idle]")) part.hidden = part.dataset.idle !== name;
}

// The board locks itself: it asks every few seconds anyway, and then says how it is opened.
function isBoard() {
  return document.getElementById("live")?.hasAttribute("data-live");
}

function askIn(seconds) {
  clearTimeout(timer);
  timer = setTimeout(ask, Math.max(seconds, 1) * 1_000);
}

async function ask(method = "GET") {
  const headers =
    method === "POST"
      ? { "X-CSRFToken": document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "" }
      : { "X-Polling": "1" };
  try {
    const answer = await fetch(idle.dataset.url, { method, headers, credentials: "same-origin" });
    if (answer.ok) return told(await answer.json());
  } catch {
    // No connection: nothing is known, and the page's own words for that are elsewhere.
  }
  askIn(locked ? LOOK / 1_000 : 10);
}

function told({ left, user, token }) {
  if (left === 0) return lock();
  const same = user === idle.dataset.user;
  // With nothing to keep, the page is asked for anew: whoever is logged in now sees what they may.
  if (!filled && (locked || (!same && !isBoard()))) return location.reload();
  if (locked) return same ? unlock(token) : askIn(LOOK / 1_000);
  showPart(left <= WARN ? "warning" : "none");
  askIn(left <= WARN ? left + 1 : left - WARN);
}

function lock() {
  if (isBoard()) return showPart("none");
  if (!locked) {
    locked = true;
    const link = idle.querySelector("[data-unlock]");
    link.href = `${link.pathname}?next=${encodeURIComponent(location.pathname + location.search)}`;
    if (filled) {
      // The page keeps what was filled in only while it is open.
      link.target = "_blank";
      link.rel = "noopener";
    }
    idle.querySelector("[data-clean]").hidden = filled;
    idle.querySelector("[data-filled]").hidden = !filled;
    idle.dataset.title = document.title;
    document.title = idle.dataset.lockedTitle;
    document.body.classList.add("is-locked");
    showPart("locked");
  }
  askIn(LOOK / 1_000);
}

// For whoever the page was made for, and nobody else: it stays locked while a colleague is logged in. Forms get the new
// log-in's token.
function unlock(token) {
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  locked = false;
  document.title = idle.dataset.title;
  document.body.classList.remove("is-locked");
  showPart("none");
  ask();
}

if (idle) {
  document.addEventListener("input", (event) => {
    filled = filled || Boolean(event.target.form);
  });
  idle.querySelector("[data-stay]").addEventListener("click", () => ask("POST"));
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  addEventListener("pageshow", (event) => event.persisted && ask());
  askIn(Number(idle.dataset.seconds) - WARN);
}
