// Number keys choose in the question that has focus; Enter goes on to the next one.

export function keyboard(form) {
  for (const hint of form.querySelectorAll("[data-keys]")) hint.hidden = false;

  form.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const question = event.target.closest("[data-question]");
    if (!question) return;
    if (/^[0-9]$/.test(event.key) && event.target.type !== "text") {
      const input = question.querySelector(`input[data-key="${event.key}"]`);
      if (!input || input.closest("[hidden]")) return;
      event.preventDefault();
      input.focus();
      if (!input.checked) {
        input.checked = true;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    } else if (event.key === "Enter" && event.target.matches("input, fieldset, div")) {
      event.preventDefault();
      goOn(form, question);
    }
  });
}

function goOn(form, question) {
  const open = [...form.querySelectorAll("[data-question]")].filter((each) => !each.closest("[hidden]"));
  const next = open[open.indexOf(question) + 1];
  if (!next) {
    form.querySelector('button[value="review"]').focus();
    return;
  }
  const inputs = [...next.querySelectorAll("input")].filter((input) => !input.closest("[hidden]"));
  (inputs.find((input) => input.checked) ?? inputs[0] ?? next).focus();
}
