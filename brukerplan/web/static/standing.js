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
    if (!question.matches(".confirm")) tellErrors(question, errors[question.dataset.question] ?? []);
  }
}

// What is wrong with one question. What is mended keeps its place, so that nothing moves.
export function tellErrors(question, texts) {
  const id = question.dataset.question;
  const before = question.querySelector("[data-errors]");
  const told = before && !before.matches(".field__errors--mended") ? [...before.children] : [];
  if (told.map((each) => each.textContent).join() === texts.join()) return;
  question.classList.toggle("question--wrong", texts.length > 0);
  const described = question.matches("fieldset") ? question : question.querySelector("input");
  const others = (described.getAttribute("aria-describedby") ?? "").split(" ");
  const ids = others.filter((each) => each && each !== `${id}-feil`);
  if (texts.length) ids.push(`${id}-feil`);
  if (ids.length) described.setAttribute("aria-describedby", ids.join(" "));
  else described.removeAttribute("aria-describedby");
  if (described.matches("input")) {
    if (texts.length) described.setAttribute("aria-invalid", "true");
    else described.removeAttribute("aria-invalid");
  }
  if (!texts.length) {
    before?.classList.add("field__errors--mended");
    return;
  }
  before?.remove();
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
