// Comfort of the calculators; every one works without this file:
//   data-copy="ID"         copies the text of the element; also where the browser keeps its clipboard to encrypted addresses
//   data-print             opens the print dialogue
//   data-more-rows         adds rows of payments in place, instead of asking the server for them
//   data-only-with="FIELD VALUE..."  is folded away unless the field has one of the values
//   data-short-address     leaves empty inputs out of the address
"use strict";

document.querySelectorAll("[data-copy], [data-print]").forEach((button) => { button.hidden = false; });

function copy(node) {
  const range = document.createRange();
  const selection = window.getSelection();
  range.selectNodeContents(node);
  selection.removeAllRanges();
  selection.addRange(range);
  const done = document.execCommand("copy");
  if (done) selection.removeAllRanges(); // where copying is refused, the text stays selected for the keyboard
  return done;
}

function addRows(button) {
  const rows = button.closest("fieldset").querySelector("[data-rows]");
  const last = rows.querySelector("[data-row]:last-child");
  const count = rows.querySelectorAll("[data-row]").length;
  if (count >= 60) return;
  const fresh = last.cloneNode(true);
  fresh.querySelectorAll("input").forEach((input) => {
    input.name = input.name.replace(`-${count - 1}-`, `-${count}-`);
    input.setAttribute("aria-label", input.getAttribute("aria-label").replace(String(count), String(count + 1)));
    input.value = "";
  });
  rows.append(fresh);
  fresh.querySelector("input").focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.matches("[data-print]")) window.print();
  if (button.matches("[data-more-rows]")) {
    event.preventDefault();
    addRows(button);
  }
  if (button.matches("[data-copy]") && copy(document.getElementById(button.dataset.copy))) button.textContent = button.dataset.copied;
});

function fold() {
  document.querySelectorAll("[data-only-with]").forEach((part) => {
    const [field, ...values] = part.dataset.onlyWith.split(" ");
    part.hidden = !values.includes(part.closest("form").elements[field].value);
    part.querySelectorAll("input, select").forEach((input) => { input.disabled = part.hidden; });
  });
}

document.addEventListener("change", (event) => { if (event.target.matches("select")) fold(); });
window.addEventListener("pageshow", fold); // also after going back, where the browser fills the form itself

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-short-address]")) return;
  const empty = [...event.target.querySelectorAll("input, select")].filter((input) => !input.value && !input.disabled);
  empty.forEach((input) => { input.disabled = true; });
  window.setTimeout(() => empty.forEach((input) => { input.disabled = false; })); // they are there again after going back
});
