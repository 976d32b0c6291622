// Comfort only: rows of a list are added and taken off in the page; without this file the server does it.
//   data-rows="place"   a list; its <template> holds the blank row, in which __row__ stands for the number
//   data-add-row, data-remove-row   the buttons that would ask the server
"use strict";

function numberRows(list) {
  list.querySelectorAll("[data-number]").forEach((node, place) => { node.textContent = place + 1; });
}

document.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add-row]");
  const remove = event.target.closest("[data-remove-row]");
  if (!add && !remove) return;
  event.preventDefault();
  const rows = event.target.closest("[data-rows]");
  const list = rows.querySelector("[data-list]");
  if (remove) {
    remove.closest("[data-row]").remove();
    numberRows(list);
    rows.querySelector("[data-add-row]").focus();
    return;
  }
  rows.dataset.next = Number(rows.dataset.next || list.children.length) + 1;
  const holder = document.createElement("template");
  holder.innerHTML = rows.querySelector("template").innerHTML.replaceAll("__row__", String(rows.dataset.next));
  list.append(holder.content);
  numberRows(list);
  list.lastElementChild.querySelector("select, input:not([type=hidden]), textarea").focus();
});

// Leaving with changes that are not saved is asked about once.
const form = document.querySelector("[data-facts]");
let changed = false;
if (form) {
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  const wrong = form.querySelector(".is-invalid");
  if (wrong) {
    const folded = wrong.closest("details");
    if (folded) folded.open = true;
    wrong.focus();
  }
}
