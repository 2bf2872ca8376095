// Last year's answers: one press says that a section still holds, and goes on to the next.

export function carried(form, way) {
  for (const section of form.querySelectorAll("section[data-section]")) {
    const button = section.querySelector("[data-accept]");
    if (!button) continue;
    const box = section.querySelector('input[name="accepted"]');
    const carry = section.querySelector("[data-carry]");
    section.querySelector(".carry__box").hidden = true;

    const show = () => {
      button.hidden = box.checked;
      carry.dataset.carry = box.checked ? "confirmed" : "waiting";
      carry.querySelector("[data-waiting]").hidden = box.checked;
      carry.querySelector("[data-confirmed]").hidden = !box.checked;
    };
    show();
    button.addEventListener("click", (event) => {
      box.checked = true;
      // Found before the button goes: focus must never fall to the top of the page.
      show();
      const next = way.afterAccepting(section);
      box.dispatchEvent(new Event("change", { bubbles: true }));
      // A press of Enter or space is a click without a pointer; a mouse moves nothing.
      if (event.detail === 0) way.go(next);
      else section.focus({ preventScroll: true });
    });
    button.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.shiftKey) return;
      event.preventDefault();
      const own = section.querySelector("[data-question]");
      way.go(own && way.before(own));
    });
  }
}
