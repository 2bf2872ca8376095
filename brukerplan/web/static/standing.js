// Shows what the server worked out after saving: level, ticks, errors at the questions.

export function showAnswer(form, answer) {
  showLevel(form, answer.level);
  showTicks(form, answer.finished);
  showErrors(form, answer.errors);
}

function showLevel(form, level) {
  const symbols = document.getElementById("nivasymboler").content;
  const symbol = symbols.querySelector(`[data-symbol="${level.id}"]`).firstElementChild;
  const shown = document.createElement("span");
  shown.className = `level level--${level.id}`;
  const word = document.createElement("span");
  word.textContent = level.label;
  shown.append(symbol.cloneNode(true), word);
  form.querySelector("[data-level]").replaceChildren(shown);
  form.querySelector("[data-why]").textContent = `(${level.why})`;
}

function showTicks(form, finished) {
  for (const link of document.querySelectorAll("#deler a")) {
    const place = link.querySelector("[data-tick]");
    if (!finished.includes(link.dataset.section)) {
      place.replaceChildren();
    } else if (!place.firstChild) {
      const tick = document.createElement("span");
      tick.setAttribute("aria-hidden", "true");
      tick.textContent = "✓";
      const word = document.createElement("span");
      word.className = "ds-sr-only";
      word.textContent = form.dataset.done;
      place.append(tick, word);
    }
  }
}

function showErrors(form, errors) {
  for (const question of form.querySelectorAll("[data-question]")) {
    const id = question.dataset.question;
    const texts = errors[id] ?? [];
    const before = question.querySelector("[data-errors]");
    const same = before && [...before.children].map((each) => each.textContent).join() === texts.join();
    if (same || (!before && !texts.length)) continue;
    before?.remove();
    question.classList.toggle("question--wrong", texts.length > 0);
    const described = question.matches("fieldset") ? question : question.querySelector("input");
    const help = document.getElementById(`${id}-hjelp`) ? `${id}-hjelp` : "";
    const ids = [help, texts.length ? `${id}-feil` : ""].filter(Boolean).join(" ");
    if (ids) described.setAttribute("aria-describedby", ids);
    else described.removeAttribute("aria-describedby");
    if (described.matches("input")) described.toggleAttribute("aria-invalid", texts.length > 0);
    if (described.hasAttribute("aria-invalid")) described.setAttribute("aria-invalid", "true");
    if (!texts.length) continue;
    const list = document.createElement("div");
    list.className = "field__errors";
    list.id = `${id}-feil`;
    list.dataset.errors = "";
    for (const text of texts) {
      const line = document.createElement("p");
      line.className = "ds-validation-message";
      line.dataset.color = "danger";
      line.textContent = text;
      list.append(line);
    }
    question.querySelector("legend, .question__label").after(list);
  }
}
