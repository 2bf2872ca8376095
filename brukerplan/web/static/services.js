// Typed letters find a service among the thirty.

export function serviceFilter(form) {
  const box = form.querySelector("[data-filter]");
  if (!box) return;
  const field = box.querySelector("input");
  const result = box.querySelector("[data-filter-result]");
  const rows = [...form.querySelectorAll("[data-service]")];
  box.hidden = false;

  function filter() {
    const wanted = field.value.trim().toLocaleLowerCase();
    let shown = 0;
    for (const row of rows) {
      row.hidden = !row.dataset.service.includes(wanted);
      shown += row.hidden ? 0 : 1;
    }
    result.textContent = shown ? "" : result.dataset.none;
  }

  field.addEventListener("input", filter);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      rows.find((row) => !row.hidden)?.querySelector("input:checked, input")?.focus();
    } else if (event.key === "Escape" && field.value) {
      event.preventDefault();
      field.value = "";
      filter();
    }
  });
}
