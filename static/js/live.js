// Keeps a page honest: says when the server does not answer or the login has ended, and marks what is old.
// All times shown are the server's; this machine's clock is only used to count how long ago something was.
const CLOCK = "X-Board-Clock";
const SILENCE = 16_000; // three rounds of five seconds: no answer by then is no connection
const NEWS = 8_000;
// Also "not found": to whoever has no role at a clinic any more, its board is no page, and must not stay on the screen.
const REFUSED = new Set([401, 403, 404]);
const banner = document.getElementById("connection");
const live = document.querySelector("[data-live]");
let state = "fine";
let answered = moment();

// Two clocks: one stands still while the machine sleeps, the other may be set. The longer time counts.
function moment() {
  return { steady: performance.now(), wall: Date.now() };
}

function elapsed() {
  return Math.max(performance.now() - answered.steady, Date.now() - answered.wall, 0);
}

function show(name) {
  for (const part of banner.querySelectorAll("[data-connection]")) {
    part.hidden = part.dataset.connection !== name;
  }
}

function ageInWords() {
  const minutes = Math.floor(elapsed() / 60_000);
  const { ageUnder, ageOne, ageMany } = banner.dataset;
  if (minutes < 1) return ageUnder;
  return minutes === 1 ? ageOne : ageMany.replace("#", String(minutes));
}

function tellAge() {
  for (const part of banner.querySelectorAll("[data-age]")) part.textContent = ageInWords();
}

function tellClock(clock) {
  for (const part of document.querySelectorAll("[data-checked]")) part.textContent = clock;
}

function lost() {
  if (state === "out") return;
  if (state !== "lost") {
    state = "lost";
    document.body.classList.add("is-stale");
    tellAge();
    show("lost");
  }
}

// A login makes the tokens of open forms worthless: the answer brings a new one for them. When it is somebody else's,
// only forms that say whose they are get it: the server does not save those for another, and shows what they hold.
// Returns whether the page is still its reader's.
function renewTokens() {
  const fresh = live.querySelector("[data-token]");
  if (!fresh) return true;
  const same = fresh.dataset.user === banner.dataset.user;
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
    if (same || field.form?.elements.form_of) field.value = fresh.dataset.token;
  }
  for (const part of banner.querySelectorAll("[data-now]")) part.textContent = fresh.dataset.userName;
  return same;
}

function fine(clock) {
  answered = moment();
  const same = renewTokens();
  if (!same) {
    state = "another";
    document.body.classList.remove("is-stale");
    show("other");
  } else if (state !== "fine") {
    state = "fine";
    document.body.classList.remove("is-stale");
    show("back");
    setTimeout(() => state === "fine" && show("none"), NEWS);
  }
  tellClock(clock);
}

function loggedOut(where) {
  if (state === "out") return;
  state = "out";
  document.body.classList.remove("is-stale");
  for (const link of banner.querySelectorAll("[data-log-in]")) link.href = where || link.href;
  // The board is on a shared screen: nobody's name stays on it. A form keeps what was filled in.
  const version = live.querySelector("input[name=versjon]");
  live.replaceChildren(...(version ? [version] : []));
  if (live.id === "live") document.body.classList.add("is-locked-board");
  // No version is sent back, so that the first answer after a new login is a full one.
  if (version) version.value = "";
  show("out");
}

function askAgain() {
  if (state !== "out" && globalThis.htmx) htmx.trigger(live, "refresh");
}

if (banner && live) {
  const first = live.querySelector("[data-checked]");
  if (first) tellClock(first.textContent);

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target === live && state === "out" && live.id === "live") event.preventDefault();
  });
  document.body.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.target !== live) return;
    const answer = event.detail.xhr;
    const login = answer.getResponseHeader("HX-Redirect");
    const clock = answer.getResponseHeader(CLOCK);
    if (login) {
      event.preventDefault();
      loggedOut(login);
    } else if (REFUSED.has(answer.status)) {
      event.preventDefault();
      loggedOut("");
    } else if (!clock || answer.status >= 400) {
      // Not our server, or not well: a network's own page must not stand where the board was.
      event.preventDefault();
      lost();
    } else if (answer.status === 204) {
      fine(clock);
    }
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.target === live) fine(event.detail.xhr.getResponseHeader(CLOCK));
  });
  for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.body.addEventListener(failure, (event) => event.target === live && lost());
  }
  addEventListener("offline", lost);
  addEventListener("online", askAgain);
  document.addEventListener("visibilitychange", () => document.hidden || (watch(), askAgain()));
  addEventListener("pageshow", (event) => event.persisted && (watch(), askAgain()));
  for (const button of banner.querySelectorAll("[data-retry]")) {
    button.addEventListener("click", askAgain);
  }
  setInterval(watch, 1_000);
}

function watch() {
  if (live.hasAttribute("hx-get") && elapsed() > SILENCE) lost();
  if (state === "lost") tellAge();
}
