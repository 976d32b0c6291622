// Comfort only: every page works without this file. No inline script anywhere, so behaviour hangs on data- attributes:
//   data-search-box      "/" moves the focus here
//   data-poll="URL"      asks URL for {state, step, done, total, left, reason} and fills the data-poll-* elements inside; reloads at the end
//   data-submit-on-change  a select that sends its form
//   data-confirm="text"  asks before a form is sent
//   table.cards          each cell learns its column's name, for the narrow screen that draws a row as a card
"use strict";

document.documentElement.classList.add("js");

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.querySelector("[data-search-box]");
  if (box) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
});

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

function nameCells(table) {
  const names = [...table.querySelectorAll("thead th")].map((head) => head.textContent.replace(/[▲▼]/g, "").trim());
  table.querySelectorAll("tbody tr, tfoot tr").forEach((row) => {
    let column = 0;
    for (const cell of row.cells) {
      if (cell.tagName === "TD" && cell.colSpan === 1) cell.dataset.label = names[column] || "";
      column += cell.colSpan;
    }
  });
}

document.querySelectorAll("table.cards").forEach(nameCells);

function poll(panel) {
  const every = Number(panel.dataset.pollEvery || 1200);
  const put = (name, text) => panel.querySelectorAll(`[data-poll-${name}]`).forEach((node) => { node.textContent = text; });
  const ask = async () => {
    try {
      const answer = await fetch(panel.dataset.poll, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.redirected || answer.status === 401 || answer.status === 404) return window.location.reload();
      if (answer.ok) {
        const job = await answer.json();
        put("step", job.step || "");
        put("done", job.done);
        put("total", job.total);
        put("left", job.left || "");
        panel.dispatchEvent(new CustomEvent("polled", { detail: job }));
        const bar = panel.querySelector("progress[data-poll-bar]");
        if (bar && job.total) {
          bar.max = job.total;
          bar.value = job.done;
        }
        if (["done", "ready", "failed", "cancelled"].includes(job.state)) return window.location.reload();
      }
    } catch { /* the server is restarting: ask again */ }
    return window.setTimeout(ask, every);
  };
  window.setTimeout(ask, every);
}

document.querySelectorAll("[data-poll]").forEach(poll);
