// Sends the chosen entries a few at a time, so that the person sees how far it is.
(() => {
  "use strict";
  const form = document.getElementById("guide-many");
  if (!form) return;
  const CHUNK = 5;
  const progress = document.getElementById("guide-many-progress");
  const boxes = () => [...form.querySelectorAll("input[name=entry]")];

  form.querySelector("[data-guide-all]").addEventListener("change", (event) => {
    boxes().forEach((box) => { box.checked = event.target.checked; });
  });

  const send = async (ids, action) => {
    const data = new FormData(form);
    data.delete("entry");
    data.set("action", action);
    ids.forEach((id) => data.append("entry", id));
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: data, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).results;
  };

  const show = (result) => {
    const row = form.querySelector(`[data-guide-entry="${result.id}"]`);
    row.querySelector("[data-guide-result]").textContent = (result.ok ? "✓ " : "✗ ") + result.message;
    // What failed stays chosen, for another try.
    if (result.ok) row.querySelector("input[name=entry]").checked = false;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const action = event.submitter.value;
    const ids = boxes().filter((box) => box.checked).map((box) => box.value);
    const status = progress.querySelector("[role=status]");
    const bar = progress.querySelector("progress");
    progress.hidden = false;
    if (!ids.length) { status.textContent = "Bitte wählen Sie zuerst Einträge aus."; return; }
    const circle = action === "publish" ? form.querySelector("select[name=circle]").selectedOptions[0].textContent : "";
    const question = `${event.submitter.dataset.guideQuestion.replace("#", ids.length)} ${circle.trim()}`;
    if (!window.confirm(question)) { status.textContent = "Nichts geändert."; return; }
    const buttons = form.querySelectorAll("button");
    buttons.forEach((button) => { button.disabled = true; });
    form.querySelector("[data-guide-all]").checked = false;
    bar.max = ids.length;
    let done = 0;
    let failed = 0;
    try {
      while (done < ids.length) {
        const results = await send(ids.slice(done, done + CHUNK), action);
        results.forEach(show);
        failed += results.filter((result) => !result.ok).length;
        done = Math.min(done + CHUNK, ids.length);
        bar.value = done;
        status.textContent = `${done} von ${ids.length}`;
      }
      status.textContent = `Fertig: ${ids.length - failed} gelungen, ${failed} nicht.`;
    } catch (error) {
      status.textContent = `Unterbrochen nach ${done} von ${ids.length}. Was fertig ist, bleibt; bitte versuchen Sie den Rest noch einmal.`;
    } finally {
      buttons.forEach((button) => { button.disabled = false; });
    }
  });
})();
