// Several files, one after the other, each as the raw body of its own request: a bar for each, and a result for each.
// Without this file the form sends the same files as an ordinary form.
"use strict";

(() => {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const say = form.dataset;
  const list = form.querySelector("[data-list]");
  const queue = form.querySelector("[data-queue]");
  const pattern = form.querySelector("template[data-row]");
  const rows = [];

  form.querySelector("[data-plain]").remove(); // its inputs would be sent twice
  form.querySelector("[data-drop]").hidden = false;

  const readable = (bytes) => (bytes >= 1048576 ? `${(bytes / 1048576).toFixed(1)} MB` : bytes >= 1024 ? `${Math.round(bytes / 1024)} KB` : `${bytes} B`);

  function mark(row, text, kind, tag) {
    const said = row.node.querySelector("[data-said]");
    said.textContent = text;
    said.className = `small ${kind === "bad" || kind === "weak" ? kind : ""}`;
    const label = row.node.querySelector("[data-tag]");
    label.textContent = tag || "";
    label.className = `tag ${kind || ""}`;
    label.hidden = !tag;
  }

  function guess(row) {
    const name = row.file.name.normalize("NFC");
    const record = row.node.querySelector("[data-record]");
    const match = record && [...record.options].find((option) => option.dataset.ref && new RegExp(`^${option.dataset.ref}(?![0-9A-Za-z])`, "i").test(name));
    if (match) record.value = match.value;
    const type = row.node.querySelector("[data-type]");
    if (type.value) return;
    const found = [...type.options]
      .map((option) => ({ value: option.value, words: option.textContent.split(/[（(/、]/).map((word) => word.trim()).filter((word) => word.length > 1) }))
      .flatMap((option) => option.words.filter((word) => name.toLowerCase().includes(word.toLowerCase())).map((word) => ({ value: option.value, length: word.length })))
      .sort((one, other) => other.length - one.length)[0];
    if (found) type.value = found.value;
  }

  function typeFollowsRecord(row) {
    const record = row.node.querySelector("[data-record]");
    const type = row.node.querySelector("[data-type]");
    if (record) type.disabled = record.value !== "";
  }

  function add(file) {
    const node = pattern.content.firstElementChild.cloneNode(true);
    const row = { file, node, done: false };
    const number = rows.push(row);
    node.querySelectorAll("[id]").forEach((input) => {
      const was = input.id;
      input.id = `${was}-${number}`;
      input.removeAttribute("name");
      const label = node.querySelector(`label[for="${was}"]`);
      if (label) label.htmlFor = input.id;
    });
    node.querySelector("[data-name]").textContent = file.name;
    node.querySelector("[data-size]").textContent = readable(file.size);
    node.querySelector("[data-remove]").addEventListener("click", () => {
      rows.splice(rows.indexOf(row), 1);
      node.remove();
      queue.hidden = rows.length === 0;
    });
    const record = node.querySelector("[data-record]");
    if (record) record.addEventListener("change", () => typeFollowsRecord(row));
    guess(row);
    typeFollowsRecord(row);
    mark(row, "", "", say.sayReady);
    list.append(node);
    queue.hidden = false;
  }

  function send(row) {
    const record = row.node.querySelector("[data-record]");
    const type = row.node.querySelector("[data-type]").value;
    if (row.file.size > Number(say.most)) return Promise.resolve(mark(row, say.sayLarge, "bad", say.sayRefused));
    if (!type && !(record && record.value)) return Promise.resolve(mark(row, say.sayKind, "weak", say.sayReady));
    const query = new URLSearchParams({ name: row.file.name, type, record: record ? record.value : "" });
    row.node.querySelectorAll("[data-field]").forEach((input) => query.set(input.dataset.field, input.value));
    const bar = row.node.querySelector("[data-bar]");
    row.node.querySelector("[data-inputs]").hidden = true;
    row.node.querySelector("[data-remove]").hidden = true;
    bar.hidden = false;
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${say.send}?${query}`);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.setRequestHeader("X-CSRFToken", form.querySelector("[name=csrf_token]").value);
      request.upload.addEventListener("progress", (event) => {
        bar.value = event.total ? Math.round((100 * event.loaded) / event.total) : 0;
        mark(row, bar.value < 100 ? `${say.saySending} ${bar.value} %` : say.sayChecking, "info", say.saySending);
      });
      request.addEventListener("loadend", () => {
        bar.hidden = true;
        finish(row, request);
        resolve();
      });
      request.send(row.file);
    });
  }

  function finish(row, request) {
    let answer = {};
    try {
      answer = JSON.parse(request.responseText);
    } catch { /* not ours: said below */ }
    const kinds = { kept: ["ok", `✓ ${say.sayKept}`], duplicate: ["info", `⧉ ${say.sayDuplicate}`] };
    const [kind, tag] = kinds[answer.outcome] || ["bad", `✕ ${say.sayRefused}`];
    row.done = answer.outcome === "kept" || answer.outcome === "duplicate";
    mark(row, answer.message || answer.error || say.sayLost, kind, tag);
    if (row.done) {
      const link = document.createElement("a");
      link.href = answer.url;
      link.textContent = row.file.name;
      row.node.querySelector("[data-name]").replaceChildren(link);
    } else {
      row.node.querySelector("[data-inputs]").hidden = false;
      row.node.querySelector("[data-remove]").hidden = false;
    }
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    for (const row of rows.filter((one) => !one.done)) await send(row);
    button.disabled = false;
  });

  const choose = form.querySelector("[data-choose]");
  choose.addEventListener("change", () => {
    [...choose.files].forEach(add);
    choose.value = "";
  });

  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    [...event.dataTransfer.files].forEach(add);
  });
})();
