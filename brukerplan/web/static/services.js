// The services' grid: it is left by one Enter, and typed letters find a service in it.
import { choose, keyed } from "./keyboard.js";

const PAUSE = 1000; // ms without a letter before the next one begins a new word

export function services(form, way) {
  const box = form.querySelector("[data-find]");
  if (!box) return;
  const field = box.querySelector("input");
  const result = box.querySelector("[data-find-result]");
  const section = box.closest("section");
  const rows = [...section.querySelectorAll("[data-service]")];
  const words = new Map(rows.map((row) => [row, row.dataset.service.split(/[^\p{L}]+/u).filter(Boolean)]));
  box.hidden = false;
  let found = null;

  // The name itself first, then any word in it; the same letter again goes to the next one.
  function matches(typed) {
    const wanted = typed.trim().toLocaleLowerCase();
    if (!wanted) return [];
    const begins = rows.filter((row) => row.dataset.service.startsWith(wanted));
    const within = rows.filter((row) => !begins.includes(row) && words.get(row).some((word) => word.startsWith(wanted)));
    return [...begins, ...within];
  }

  function search(typed, at) {
    const hits = matches(typed);
    if (hits.length) return typed.length > 1 && hits.includes(at) ? at : hits[0];
    const [letter, ...rest] = typed;
    if (!letter || !rest.every((each) => each === letter)) return null;
    const again = matches(letter);
    return again[(again.indexOf(at) + 1) % again.length] ?? null;
  }

  function tell(row) {
    const chosen = row.querySelector("input:checked");
    const answer = chosen && row.querySelector(`label[for="${chosen.id}"]`).firstChild.textContent.trim();
    result.textContent = `${row.querySelector(".service__word").textContent}: ${answer ?? ""}`;
  }

  function mark(row) {
    found?.classList.remove("service--found");
    found = row;
    row?.classList.add("service--found");
    if (row) way.show(row);
  }

  field.addEventListener("input", () => {
    const row = search(field.value, found);
    mark(row);
    if (row) tell(row);
    else result.textContent = field.value.trim() ? result.dataset.none : "";
  });

  field.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (/^[0-9]$/.test(event.key)) {
      event.preventDefault();
      const input = found && keyed(found, event.key);
      if (!input) return;
      choose(input, { focus: false });
      tell(found);
      // The next letter begins a new search.
      field.select();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const untouched = field.selectionStart === 0 && field.selectionEnd === field.value.length;
      if (event.shiftKey) way.go(way.before(rows[0]));
      else if (found && !untouched) way.go(found);
      else way.go(way.leave(section));
    } else if (event.key === "Escape" && field.value) {
      event.preventDefault();
      field.value = "";
      mark(null);
      result.textContent = "";
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      way.go(found ?? rows[0]);
    }
  });

  let typed = "";
  let timer = 0;
  section.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const row = event.target.closest("[data-service]");
    if (!row) return;
    if (event.key === "Enter") {
      event.preventDefault();
      way.go(event.shiftKey ? field : way.leave(section));
    } else if (/^[0-9]$/.test(event.key)) {
      const input = keyed(row, event.key);
      if (!input) return;
      event.preventDefault();
      typed = "";
      choose(input);
    } else if (/^\p{L}$/u.test(event.key)) {
      event.preventDefault();
      clearTimeout(timer);
      timer = setTimeout(() => (typed = ""), PAUSE);
      typed += event.key.toLocaleLowerCase();
      const next = search(typed, row);
      if (next) way.go(next);
    }
  });
}
