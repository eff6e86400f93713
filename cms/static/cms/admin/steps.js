// A form whose work is done in many small steps: asks again until none is left.
// Without this script each press of the button does one step.
document.querySelectorAll("[data-guide-steps]").forEach((form) => {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    const left = form.querySelector("[data-guide-left]");
    const progress = form.querySelector("[data-guide-progress]");
    button.disabled = true;
    left.hidden = false;
    if (progress) progress.hidden = false;
    try {
      let answer;
      do {
        const response = await fetch(form.action, {
          method: "POST",
          headers: { Accept: "application/json" },
          body: new FormData(form),
        });
        if (!response.ok || response.redirected) break;
        answer = await response.json();
        left.textContent = `Noch ${answer.left} Einträge.`;
        if (progress) {
          const bar = progress.querySelector("progress");
          bar.value = bar.max - answer.left;
        }
      } while (answer.left > 0);
      // The page tells what happened, and what went wrong.
      window.location.reload();
    } catch {
      left.textContent = "Die Verbindung ist unterbrochen. Drücken Sie noch einmal: Es geht weiter, wo es aufgehört hat.";
      button.disabled = false;
    }
  });
});
