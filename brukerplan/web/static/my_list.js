// The next person: the field for the number is where the hand is.
const number = document.getElementById("number");
const label = document.getElementById("case_label");

if (label) {
  const first = number ?? label;
  if (location.hash === "#number") first.focus({ preventScroll: true });
  if (number) {
    // Said beforehand in the field's help. What is pasted or corrected moves nothing.
    document.getElementById("number-hjelp").append(` ${number.form.dataset.goesOn}`);
    number.addEventListener("input", (event) => {
      const whole = number.value.replace(/\D/g, "").length === 11;
      if (event.inputType === "insertText" && whole && !label.value) label.focus();
    });
  }
  for (const button of document.querySelectorAll("[data-take]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      label.value = button.dataset.take;
      first.focus();
      first.scrollIntoView({ block: "nearest" });
    });
  }
}
