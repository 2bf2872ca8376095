// Where the keyboard goes next, and that what has focus can be seen.
import { tellErrors } from "./standing.js";

const FREE = 12; // px between what has focus and the sticky heading or foot

export function stops(form) {
  const submit = form.querySelector('button[value="submit"]');
  const foot = form.querySelector(".foot");
  let byKeyboard = false;

  const visible = (element) => !element.closest("[hidden]");
  const questions = () => [...form.querySelectorAll("[data-question]")].filter(visible);
  const sections = () => [...form.querySelectorAll("[data-section]")].filter((each) => each.matches("section"));
  const inputs = (question) => [...question.querySelectorAll("input, select")].filter(visible);

  function answered(question) {
    return inputs(question).some((input) =>
      ["radio", "checkbox"].includes(input.type) ? input.checked : input.value !== "",
    );
  }

  // What was wrong, or waited for a reason, is mended when it is answered anew; if it is not,
  // the server says so.
  const mended = new Set();
  const unmended = (question) =>
    !answered(question) || (question.classList.contains("question--wrong") && !mended.has(question));
  form.addEventListener("change", (event) => {
    const question = event.target.closest("[data-question]");
    if (!question) return;
    mended.add(question);
    if (question.matches(".confirm")) question.classList.remove("question--wrong");
    else if (question.matches("fieldset") && answered(question)) tellErrors(question, []);
  });

  const acceptButton = (section) => {
    const button = section.querySelector("[data-accept]");
    return button && visible(button) ? button : null;
  };
  const carried = (section) => section.querySelector("[data-carry]") !== null;
  const find = (section) => section.querySelector("[data-find] input");

  // The place in a section where one begins: its acceptance, what last year did not answer,
  // or its first question.
  function begin(section) {
    const accept = acceptButton(section);
    if (accept) return accept;
    const own = questions().filter((each) => section.contains(each));
    if (carried(section)) return own.find((each) => !answered(each)) ?? null;
    return find(section) ?? own[0] ?? null;
  }

  function afterSection(section) {
    const all = sections();
    for (const next of all.slice(all.indexOf(section) + 1)) {
      const stop = begin(next);
      if (stop) return stop;
    }
    return submit;
  }

  // After the last question the section itself may still wait for its acceptance.
  function leave(section) {
    return acceptButton(section) ?? afterSection(section);
  }

  function afterAccepting(section) {
    const gap = questions().find((each) => section.contains(each) && !answered(each));
    return gap ?? afterSection(section);
  }

  function after(question, { chosen = false } = {}) {
    const all = questions();
    const section = question.closest("section");
    if (chosen && "mending" in form.dataset) {
      const place = all.indexOf(question);
      const left = [...all.slice(place + 1), ...all.slice(0, place)].find(unmended);
      return left ?? sections().map(acceptButton).find(Boolean) ?? submit;
    }
    if (chosen && carried(section) && !acceptButton(section)) {
      const gap = all.slice(all.indexOf(question) + 1).find((each) => section.contains(each) && !answered(each));
      return gap ?? afterSection(section);
    }
    const next = all[all.indexOf(question) + 1];
    return next && section.contains(next) ? next : leave(section);
  }

  function before(question) {
    const all = questions();
    const place = all.indexOf(question);
    return place > 0 ? all[place - 1] : null;
  }

  function first() {
    const accept = sections().map(acceptButton).find(Boolean);
    return accept ?? questions().find((each) => !answered(each)) ?? null;
  }

  function go(stop) {
    if (!stop) return;
    let target = stop;
    if (stop.matches("[data-question]")) {
      const own = inputs(stop);
      target = own.find((input) => input.checked) ?? own[0] ?? stop;
    }
    byKeyboard = true;
    target.focus({ preventScroll: true });
    const heading = target.closest(".section__heading");
    if (heading) heading.closest("section").scrollIntoView({ block: "start" });
    else show(target);
  }

  // Scrolls as little as shows the whole question, and at least what has focus.
  function show(target) {
    const question = target.closest("[data-question]") ?? target;
    const narrow = target.closest(".choice, .option") ?? target;
    for (const each of [question, narrow]) nudge(each);
  }

  function nudge(element) {
    const heading = element.closest("section")?.querySelector(".section__heading");
    const sticky = (part) => part && getComputedStyle(part).position === "sticky";
    const at = element.getBoundingClientRect();
    if (heading?.contains(element) || foot.contains(element)) return;
    const top = (sticky(heading) ? heading.offsetHeight : 0) + FREE;
    // Where the foot will be: above the form it does not stick yet.
    const bottom = window.innerHeight - (sticky(foot) ? foot.offsetHeight : 0) - FREE;
    if (at.top < top) window.scrollBy(0, at.top - top);
    else if (at.bottom > bottom) window.scrollBy(0, Math.min(at.bottom - bottom, at.top - top));
  }

  // Tab and the arrows too: the browser knows nothing of what is sticky. A mouse or a finger
  // never moves the page.
  document.addEventListener("keydown", () => (byKeyboard = true), true);
  document.addEventListener("pointerdown", () => (byKeyboard = false), true);
  form.addEventListener("focusin", (event) => {
    if (byKeyboard) show(event.target);
  });

  // Browsers scroll to what a label's click gives focus; here nothing moves under the hand.
  form.addEventListener("click", (event) => {
    const input = event.target.closest("label")?.control;
    if (event.detail === 0 || !input?.matches("[type=radio], [type=checkbox]")) return;
    event.preventDefault();
    input.focus({ preventScroll: true });
    input.click();
  });

  return { after, before, first, leave, afterSection, afterAccepting, go, show, submit, visible };
}
