// Shows a question only when it applies. What is hidden stays filled in: a slip of the
// finger costs nothing, and the server leaves out what does not apply when it is submitted.

export function routing(form) {
  const routed = [...form.querySelectorAll("[data-routing]")].map((question) => ({
    question,
    conditions: JSON.parse(question.dataset.routing),
  }));
  const limited = [...form.querySelectorAll("[data-among]")];
  for (const sentence of form.querySelectorAll("[data-condition]")) sentence.hidden = true;

  function chosen(name) {
    const question = document.getElementById(`q-${name}`);
    if (!question || question.hidden) return [];
    return [...question.querySelectorAll("input")]
      .filter((input) => (["radio", "checkbox"].includes(input.type) ? input.checked : input.value))
      .map((input) => input.value);
  }

  function holds(condition) {
    const values = chosen(condition.variable);
    if (!values.length) return false;
    const hit = values.some((value) => condition.codes.includes(value));
    return condition.negated ? !hit : hit;
  }

  function update() {
    // In the order of the page: a condition only looks back.
    for (const { question, conditions } of routed) question.hidden = !conditions.some(holds);
    for (const question of limited) {
      const among = chosen(question.dataset.among);
      for (const option of question.querySelectorAll("[data-code]")) {
        const code = option.dataset.code;
        const checked = option.querySelector("input").checked;
        option.hidden = !(code === "unknown" || checked || among.includes(code));
      }
    }
  }

  // «None of these» and an answer cannot both be meant; the last one chosen stands.
  form.addEventListener("change", (event) => {
    const question = event.target.closest("[data-many]");
    if (question && event.target.checked) {
      const none = event.target.value === "none_of_these";
      for (const box of question.querySelectorAll("input")) {
        if (box !== event.target && none !== (box.value === "none_of_these")) box.checked = false;
      }
    }
    update();
  });
  update();
}
