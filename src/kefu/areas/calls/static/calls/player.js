/* The recording player: sound, wave form, position, speed, marks. */
(() => {
  "use strict";

  const clock = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds || 0));
    const minutes = Math.floor(whole / 60);
    const rest = String(whole % 60).padStart(2, "0");
    return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
  };

  const start = (root) => {
    const audio = root.querySelector("audio");
    const position = root.querySelector("[data-position]");
    const played = root.querySelector("[data-played]");
    const play = root.querySelector("[data-play]");
    const word = root.querySelector("[data-play-word]");
    const time = root.querySelector("[data-time]");
    const card = root.closest("section");
    const length = () => (Number.isFinite(audio.duration) && audio.duration) || Number(root.dataset.seconds) || 0;

    const draw = () => {
      const total = length();
      position.max = String(total);
      position.value = String(audio.currentTime);
      position.setAttribute("aria-valuetext", `${clock(audio.currentTime)} / ${clock(total)}`);
      time.textContent = `${clock(audio.currentTime)} / ${clock(total)}`;
      if (played && total) played.setAttribute("width", String((audio.currentTime / total) * 1000));
    };
    const seek = (seconds) => {
      audio.currentTime = Math.min(Math.max(seconds, 0), length() || seconds);
      draw();
    };
    const show = () => {
      const on = !audio.paused;
      play.setAttribute("aria-pressed", String(on));
      word.textContent = on ? word.dataset.pause : word.dataset.start;
      const use = play.querySelector("use");
      if (use) use.setAttribute("href", use.getAttribute("href").replace(/#.*/, on ? "#pause" : "#play"));
    };

    play.addEventListener("click", () => (audio.paused ? audio.play().catch(() => {}) : audio.pause()));
    position.addEventListener("input", () => seek(Number(position.value)));
    for (const name of ["timeupdate", "loadedmetadata", "seeked"]) audio.addEventListener(name, draw);
    for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, show);
    audio.addEventListener("error", () => { root.querySelector("[data-broken]").hidden = false; });
    card.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.skip) seek(audio.currentTime + Number(button.dataset.skip));
      if (button.dataset.seek) seek(Number(button.dataset.seek));
      if (button.dataset.speed) {
        audio.playbackRate = Number(button.dataset.speed);
        for (const one of card.querySelectorAll("[data-speed]")) one.setAttribute("aria-pressed", String(one === button));
      }
    });
    card.addEventListener("input", (event) => {
      const form = event.target.closest("[data-mark-form]");
      if (form) form.elements.at_seconds.value = String(Math.floor(audio.currentTime));
    });
    const svg = root.querySelector("svg");
    if (svg) svg.addEventListener("click", (event) => {
      const box = svg.getBoundingClientRect();
      seek(((event.clientX - box.left) / box.width) * length());
    });
    draw();
  };

  for (const root of document.querySelectorAll("[data-player]")) start(root);
})();
