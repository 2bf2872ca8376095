// In the question that has focus a key chooses and goes on; Enter goes on without choosing.

export function keyboard(form, way) {
  for (const hint of document.querySelectorAll("[data-keys]")) hint.hidden = false;
  form.classList.add("with-keys");

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.isComposing || !(event.ctrlKey || event.metaKey)) return;
    if (event.key === "s") {
      event.preventDefault();
      form.dispatchEvent(new CustomEvent("save-now"));
    } else if (event.key === "Enter") {
      event.preventDefault();
      form.requestSubmit(way.submit);
    }
  });

  form.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const question = event.target.closest("[data-question]");
    if (!question || question.matches("[data-service]")) return;
    if (event.key === "Enter" && event.target.matches("input, fieldset, div")) {
      event.preventDefault();
      way.go(event.shiftKey ? way.before(question) : way.after(question));
    } else if (event.key.length === 1 && event.target.type !== "text") {
      const input = keyed(question, event.key);
      if (!input) return;
      event.preventDefault();
      choose(input);
      if (!question.matches("[data-many]")) way.go(way.after(question, { chosen: true }));
    }
  });

  const summary = document.getElementById("feil");
  summary?.addEventListener("keydown", (event) => {
    if (event.target !== summary || event.key !== "Enter") return;
    event.preventDefault();
    summary.querySelector("a")?.click();
  });
  // A link to a question leads to its answer, where the number keys work.
  summary?.addEventListener("click", (event) => {
    const target = event.target.closest('a[href^="#"]');
    const stop = target && document.getElementById(target.hash.slice(1));
    if (!stop || !form.contains(stop)) return;
    event.preventDefault();
    way.go(stop.querySelector("[data-accept]:not([hidden])") ?? stop);
  });
}

export function keyed(question, key) {
  const input = question.querySelector(`input[data-key="${CSS.escape(key.toLowerCase())}"]`);
  return input && !input.closest("[hidden]") ? input : null;
}

export function choose(input, { focus = true } = {}) {
  if (focus) input.focus({ preventScroll: true });
  const chosen = input.type === "checkbox" ? !input.checked : true;
  if (input.checked === chosen) return;
  input.checked = chosen;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}
