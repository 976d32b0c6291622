// Comfort on the page of one document: arrow keys turn pages, a click on a line of the transcript plays from there, text that is read meanwhile comes by itself.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select, audio, [contenteditable]") || event.ctrlKey || event.metaKey || event.altKey) return;
  const link = { ArrowLeft: "a[rel=prev]", ArrowRight: "a[rel=next]" }[event.key];
  const target = link && document.querySelector(link);
  if (target) target.click();
});

(() => {
  const sound = document.querySelector("[data-sound]");
  const lines = [...document.querySelectorAll("[data-spoken] [data-second]")];
  if (!sound) return;
  const start = Number(sound.dataset.start || 0);
  const seek = () => {
    sound.currentTime = start;
    const line = lines.filter((one) => Number(one.dataset.second) <= start).pop();
    if (line) line.scrollIntoView({ block: "nearest" });
  };
  if (start && sound.readyState) seek();
  else if (start) sound.addEventListener("loadedmetadata", seek, { once: true });
  const play = (line) => {
    sound.currentTime = Number(line.dataset.second);
    sound.play();
  };
  lines.forEach((line) => {
    line.tabIndex = 0;
    line.setAttribute("role", "button");
    line.addEventListener("click", () => play(line));
    line.addEventListener("keydown", (event) => {
      if (event.key === "Enter") play(line);
    });
  });
  sound.addEventListener("timeupdate", () => {
    const now = lines.filter((line) => Number(line.dataset.second) <= sound.currentTime).pop();
    lines.forEach((line) => line.classList.toggle("now", line === now));
  });
})();

(() => {
  const told = document.querySelector("[data-reading]");
  if (!told) return;
  let busy = false; // what a person has begun to write, or listens to, is not taken away
  ["input", "play"].forEach((name) => document.addEventListener(name, () => { busy = true; }, true));
  const ask = async () => {
    try {
      const answer = await fetch(told.dataset.reading, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      if ((await answer.json()).state !== told.dataset.state) {
        if (!busy) return window.location.reload();
        told.hidden = false;
        return;
      }
    } catch { /* the server is restarting: ask again */ }
    window.setTimeout(ask, 4000);
  };
  window.setTimeout(ask, 2000);
})();
