// Comfort only: the builder works without this file by the buttons of each exhibit, the progress page by reloading itself.
//   data-arrange                the form; data-changed where the server has drawn it with a move that is not kept
//   data-list="G2"              the exhibits of a group, each li data-exhibit with data-handle, data-move and data-group inside
//   data-steps                  the steps of the work, marked by what data-poll is told
"use strict";

const arrange = document.querySelector("[data-arrange]");
let held = null;
let touched = false;

function touch() {
  touched = true;
  const said = arrange.querySelector("[data-unsaved]");
  if (said) said.hidden = false;
}

// After every move: buttons at the ends of a list rest, the group's select says where the exhibit stands now.
function settle() {
  arrange.querySelectorAll("[data-list]").forEach((list) => {
    const rows = [...list.children];
    rows.forEach((row, place) => {
      row.querySelector('[data-move="-1"]').disabled = place === 0;
      row.querySelector('[data-move="1"]').disabled = place === rows.length - 1;
      row.querySelector("[data-group]").value = list.dataset.list;
    });
  });
}

function tell(row) {
  const list = row.parentElement;
  const words = `${row.dataset.exhibit}: ${list.dataset.list} ${[...list.children].indexOf(row) + 1}/${list.children.length}`;
  arrange.querySelector("[data-told]").textContent = words;
}

function put(row, list, before) {
  list.insertBefore(row, before);
  settle();
  touch();
  tell(row);
}

function step(row, by) {
  const rows = [...row.parentElement.children];
  const to = rows.indexOf(row) + by;
  if (to < 0 || to >= rows.length) return;
  const focused = document.activeElement;
  put(row, row.parentElement, by < 0 ? rows[to] : rows[to].nextElementSibling);
  const button = row.contains(focused) && !focused.disabled ? focused : row.querySelector("[data-move]:not([disabled])");
  if (button) button.focus();
}

function unmark() {
  arrange.querySelectorAll(".drop-before, .drop-after, .over").forEach((node) => node.classList.remove("drop-before", "drop-after", "over"));
}

// Where a thing held at this height would be put: the row it goes before, or null for the end.
function rowBelow(list, height) {
  return [...list.children].find((row) => row !== held && height < row.getBoundingClientRect().top + row.offsetHeight / 2) || null;
}

function startArranging() {
  const asked = (event) => event.target.closest("[data-move]");
  settle();
  touched = arrange.hasAttribute("data-changed");
  arrange.addEventListener("input", touch);
  arrange.addEventListener("submit", () => { touched = false; });
  window.addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
  arrange.addEventListener("click", (event) => {
    const button = asked(event);
    if (!button) return;
    event.preventDefault();
    step(button.closest("[data-exhibit]"), Number(button.dataset.move));
  });
  arrange.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-exhibit]");
    if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    step(row, event.key === "ArrowUp" ? -1 : 1);
  });
  arrange.addEventListener("change", (event) => {
    const row = event.target.closest("[data-exhibit]");
    if (event.target.matches("[data-group]")) {
      put(row, arrange.querySelector(`[data-list="${event.target.value}"]`), null);
      event.target.focus();
    }
    if (event.target.matches("[data-leave]")) row.querySelector(`[name="reason-${row.dataset.exhibit}"]`).required = event.target.checked;
  });
  arrange.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("[data-handle]");
    arrange.querySelectorAll("[data-exhibit]").forEach((row) => { row.draggable = Boolean(handle) && row.contains(handle); });
  });
  arrange.addEventListener("dragstart", (event) => {
    held = event.target.closest("[data-exhibit]");
    if (!held) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", held.dataset.exhibit);
    held.classList.add("held");
  });
  arrange.addEventListener("dragover", (event) => {
    const box = event.target.closest("[data-box]");
    unmark();
    if (!held || !box) return;
    event.preventDefault();
    const list = box.querySelector("[data-list]");
    const below = rowBelow(list, event.clientY);
    const last = list.lastElementChild;
    if (below) below.classList.add("drop-before");
    else if (last && last !== held) last.classList.add("drop-after");
    else list.classList.add("over");
  });
  arrange.addEventListener("drop", (event) => {
    const box = event.target.closest("[data-box]");
    if (!held || !box) return;
    event.preventDefault();
    const list = box.querySelector("[data-list]");
    put(held, list, rowBelow(list, event.clientY));
  });
  arrange.addEventListener("dragend", () => {
    if (held) held.classList.remove("held");
    held = null;
    unmark();
  });
}

if (arrange) startArranging();

document.querySelectorAll("[data-poll]").forEach((panel) => {
  const steps = [...panel.querySelectorAll("[data-steps] li")];
  panel.addEventListener("polled", (event) => {
    if (event.detail.total) panel.querySelectorAll("[data-poll-idle]").forEach((node) => node.removeAttribute("data-poll-idle"));
    steps.forEach((node, place) => {
      node.className = place < event.detail.at ? "past" : place === event.detail.at ? "here" : "ahead";
      node.toggleAttribute("aria-current", place === event.detail.at);
    });
  });
});
