// The preview of minutes without reloading, and its creation with a progress bar.
// Every form here works without this script too.
(() => {
  "use strict";
  const page = document.getElementById("minutes-preview");
  if (!page) return;
  page.classList.add("minutes--scripted");
  const summary = page.querySelector("[data-minutes-summary]");
  const createForm = document.getElementById("minutes-create");
  const progress = document.getElementById("minutes-progress");
  const status = progress.querySelector("[role=status]");
  // Changes go one after the other: each answer belongs to the plan that the last one left.
  let queue = Promise.resolve();

  const post = (address, data) =>
    fetch(address, { method: "POST", body: data, headers: { Accept: "application/json" } });

  const tell = (text) => {
    progress.hidden = !text;
    progress.querySelector("progress").hidden = true;
    status.textContent = text;
  };

  const showChange = (answer, control) => {
    Object.entries(answer.tables).forEach(([index, html]) => {
      page.querySelector(`[data-minutes-table="${index}"]`).innerHTML = html;
    });
    summary.innerHTML = answer.summary;
    tell(answer.error);
    // The control that was used is new now, or gone: its row is the next best place.
    const place = document.getElementById(control) || document.getElementById(`row-${answer.row}`);
    if (place) place.focus({ preventScroll: Boolean(control && place.id === control) });
  };

  const change = async (form, data, control) => {
    page.classList.add("minutes--busy");
    try {
      const answer = await post(form.action, data);
      if (!answer.ok) throw new Error(String(answer.status));
      showChange(await answer.json(), control);
    } catch (error) {
      tell("Das hat nicht geklappt. Bitte laden Sie die Seite neu und versuchen Sie es noch einmal.");
    } finally {
      page.classList.remove("minutes--busy");
    }
  };

  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.action !== new URL(page.dataset.change, location.href).href) return;
    const op = event.submitter ? event.submitter.value : "set";
    if (op === "event") return;
    event.preventDefault();
    const data = new FormData(form);
    data.set("op", op);
    queue = queue.then(() => change(form, data, ""));
  });

  page.addEventListener("change", (event) => {
    const form = event.target.closest("[data-minutes-auto]");
    if (!form) return;
    const data = new FormData(form);
    data.set("op", "set");
    queue = queue.then(() => change(form, data, event.target.id));
  });

  createForm.addEventListener("submit", async (event) => {
    event.preventDefault();
    await queue;
    const bar = progress.querySelector("progress");
    page.querySelectorAll("button, select, input").forEach((control) => { control.disabled = true; });
    const token = createForm.querySelector("[name=csrfmiddlewaretoken]").value;
    progress.hidden = false;
    bar.hidden = false;
    status.textContent = "Wird angelegt …";
    try {
      for (;;) {
        const data = new FormData();
        data.set("csrfmiddlewaretoken", token);
        const answer = await post(createForm.action, data);
        const state = await answer.json();
        if (state.error) throw new Error(state.error);
        bar.max = Math.max(state.total, 1);
        bar.value = state.done;
        status.textContent = `${state.done} von ${state.total}`;
        if (state.finished) { location.assign(state.next); return; }
      }
    } catch (error) {
      status.textContent = "Unterbrochen. Was angelegt ist, bleibt; laden Sie die Seite neu und legen Sie den Rest an.";
      if (error instanceof Error && error.message && !(error instanceof SyntaxError || error instanceof TypeError)) status.textContent = error.message;
    }
  });
})();
