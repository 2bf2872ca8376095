// Saves the whole form after each change: one request at a time, the newest answers last.
import { showAnswer } from "./standing.js";

const SOON = 600; // ms after the last keystroke
const AGAIN = [2000, 5000, 10000, 30000]; // ms between attempts when the server does not answer

export function autosave(form) {
  const status = form.querySelector("[data-saved]");
  let timer = 0;
  let running = null; // the request under way
  let changed = false; // something is not saved yet
  let refused = false; // saving is over: somebody else changed it, or it was closed
  let attempts = 0;
  let leaving = false;

  function say(state, text, link) {
    status.dataset.state = state;
    status.textContent = text;
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link;
      anchor.target = "_blank";
      anchor.className = "ds-link";
      anchor.textContent = text;
      status.replaceChildren(anchor);
    }
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function save() {
    clearTimeout(timer);
    timer = 0;
    if (refused || running) return running;
    running = send().finally(() => {
      running = null;
      if (changed && !refused && !timer) later(0);
    });
    return running;
  }

  async function send() {
    changed = false;
    say("saving", form.dataset.saving);
    let response;
    try {
      response = await post();
      if ([400, 401, 403].includes(response.status) && (await freshToken())) response = await post();
    } catch {
      return tryAgain(form.dataset.failed);
    }
    if ([400, 401, 403].includes(response.status)) {
      return tryAgain(form.dataset.signedOut, form.dataset.signIn);
    }
    if (response.status >= 500 || response.status === 429) return tryAgain(form.dataset.failed);
    const answer = await response.json();
    if (!response.ok) {
      refused = true;
      changed = true;
      say("failed", answer.message, form.action);
      return undefined;
    }
    attempts = 0;
    form.elements.version.value = answer.version;
    say("saved", answer.saved);
    showAnswer(form, answer);
    return undefined;
  }

  function post() {
    return fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      redirect: "error",
    });
  }

  // After signing in again in another tab the session has a new token.
  async function freshToken() {
    const response = await fetch(form.dataset.tokenAddress, {
      headers: { Accept: "application/json" },
    });
    if (!response.ok) return false;
    form.elements.csrf_token.value = (await response.json()).csrf_token;
    return true;
  }

  function tryAgain(text, link) {
    changed = true;
    say("failed", text, link);
    later(AGAIN[Math.min(attempts, AGAIN.length - 1)]);
    attempts += 1;
  }

  function noticed(event, wait) {
    if (!event.target.name) return;
    changed = true;
    if (status.dataset.state === "saved") say("unsaved", form.dataset.unsaved);
    if (!refused && status.dataset.state !== "failed") later(wait);
  }

  form.addEventListener("change", (event) => noticed(event, 0));
  form.addEventListener("input", (event) => {
    if (event.target.matches("[inputmode]")) noticed(event, SOON);
  });
  // Leaves the page only when all is saved: what is typed is nowhere else. Waits for a save
  // under way too: both would carry the same version, and one would be refused.
  form.addEventListener("submit", (event) => {
    if (!leaving && (refused || !(changed || running))) {
      // A double click sends once: the second would be refused as older than the first.
      leaving = true;
      setTimeout(() => (leaving = false), 3000);
      return;
    }
    event.preventDefault();
    if (leaving) return;
    saveAndGoOn(event.submitter);
  });

  async function saveAndGoOn(button) {
    await save();
    if (changed && !refused) await save();
    if (refused || !changed) form.requestSubmit(button);
    else status.querySelector("a")?.focus();
  }

  // Back from signing in in the other tab: no need to wait for the next attempt.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && changed && !refused) save();
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed && !leaving) event.preventDefault();
  });
}
