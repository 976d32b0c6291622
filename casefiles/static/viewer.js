// Comfort on the page of one document: arrow keys turn pages, a click on a line of the transcript plays from there.
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
