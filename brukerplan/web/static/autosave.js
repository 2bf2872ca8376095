// Saves the whole form after each change: one request at a time, the newest answers last.
import { showAnswer } from "./standing.js";

const SOON = 600; // ms after the last keystroke
const AGAIN = [2000, 5000, 10000, 30000]; // ms between attempts when the server does not answer

export function autosave(form) {
  const status = form.querySelector("[data-saved]");
  const announcement = form.querySelector("[data-announcement]");
  let timer = 0;
  let running = null; // the request under way
  let changed = false; // something is not saved yet
  let refused = false; // saving is over: it was submitted, deleted or closed meanwhile
  let conflict = ""; // where the two versions stand side by side, when somebody else saved too
  let attempts = 0;
  let leaving = false;
  // Who listens to the page is told what needs them, not of every save between two answers.
  let listened = false; // the next «saved» is waited for: it was asked for, or failed before

  function say(state, text, link, linkText = text) {
    status.dataset.state = state;
    if (state === "failed") {
      announcement.textContent = text;
      listened = true;
    }
    status.textContent = linkText === text ? "" : `${text} `;
    if (!link) {
      status.textContent = text;
      return;
    }
    const anchor = document.createElement("a");
    anchor.href = link;
    if (link !== conflict) anchor.target = "_blank";
    anchor.className = "ds-link";
    anchor.textContent = linkText;
    status.append(anchor);
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
    if (response.status >= 500 || response.status === 429) return tryAgain(await why(response));
    const answer = await response.json();
    attempts = 0;
    if (answer.conflict) {
      // Kept beside the other one's version, and so is what is typed from now on.
      conflict = answer.conflict;
      say("failed", answer.message, conflict, form.dataset.compare);
      return undefined;
    }
    if (!response.ok) {
      refused = true;
      changed = true;
      say("failed", answer.message, form.action);
      return undefined;
    }
    conflict = "";
    form.elements.version.value = answer.version;
    say("saved", answer.saved);
    if (listened || Object.keys(answer.errors).length) announcement.textContent = answer.saved;
    listened = false;
    showAnswer(form, answer);
    return undefined;
  }

  function post() {
    return fetch(form.action, {
      method: "POST",
      // A third of what a multipart body would be, and read faster.
      body: new URLSearchParams(new FormData(form)),
      // Gets there also when somebody leaves the page in the same moment.
      keepalive: true,
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

  // Whoever waits for a full disk to be cleared must know that somebody has to do it.
  async function why(response) {
    try {
      return `${form.dataset.failed}. ${(await response.json()).heading}.`;
    } catch {
      return form.dataset.failed; // from something between us and the server
    }
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
    if (refused || (status.dataset.state === "failed" && !conflict)) return;
    if (wait) later(wait);
    else save();
  }

  form.addEventListener("change", (event) => noticed(event, 0));
  form.addEventListener("input", (event) => {
    if (event.target.matches("[inputmode]")) noticed(event, SOON);
  });
  form.addEventListener("save-now", () => {
    if (refused) return;
    changed = true;
    listened = true;
    announcement.textContent = "";
    save();
  });
  // Leaves the page only when all is saved: what is typed is nowhere else. Waits for a save
  // under way too: both would carry the same version, and one would be refused.
  form.addEventListener("submit", (event) => {
    if (!leaving && conflict && !(changed || running)) {
      event.preventDefault();
      status.querySelector("a").focus();
      return;
    }
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
    if (!conflict && (refused || !changed)) form.requestSubmit(button);
    else status.querySelector("a")?.focus();
  }

  // The net is back: no need to wait for the next attempt.
  window.addEventListener("online", () => {
    if (changed && !refused) save();
  });
  // Back from signing in in the other tab.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && changed && !refused) save();
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed && !leaving) event.preventDefault();
  });
}
