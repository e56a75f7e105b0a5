// Locks the seat after a time without input. All tabs of a browser count as one seat.
(() => {
  const dialog = document.getElementById("ui-lock");
  if (!dialog) return;
  const after = Number(dialog.dataset.after) * 1000;
  const form = dialog.querySelector("form");
  const error = dialog.querySelector("[data-error]");
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("kefu-seat") : null;
  const token = () => document.querySelector('meta[name="csrf-token"]').content;
  const post = (url, body) =>
    fetch(url, { method: "POST", headers: { Accept: "application/json", "X-CSRFToken": token() }, body });
  let last = Date.now();
  let told = 0;

  const active = () => {
    if (dialog.open) return;
    last = Date.now();
    if (channel && last - told > 5000) {
      told = last;
      channel.postMessage("active");
    }
  };
  const show = () => {
    if (dialog.open) return;
    document.querySelectorAll("dialog[open]").forEach((other) => other.close());
    error.hidden = true;
    dialog.showModal();
  };
  const open = () => {
    form.reset();
    last = Date.now();
    if (dialog.open) dialog.close();
  };
  const lock = async () => {
    show();
    if (channel) channel.postMessage("locked");
    try {
      await post(dialog.dataset.lock);
    } catch {
      // Without a network the server locks by itself at the next request.
    }
  };

  for (const name of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) {
    document.addEventListener(name, active, { passive: true, capture: true });
  }
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  setInterval(() => {
    if (!dialog.open && Date.now() - last >= after) lock();
  }, 1000);
  if (channel) {
    channel.onmessage = ({ data }) => {
      if (data === "active") last = Date.now();
      if (data === "locked") show();
      if (data === "open") open();
    };
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new FormData(form);
    body.set("secret", body.get("seat-secret"));
    const answer = await post(form.action, body);
    if (answer.status === 204) {
      open();
      if (channel) channel.postMessage("open");
    } else if (answer.status === 422 || answer.status === 429) {
      error.textContent = (await answer.json()).message;
      error.hidden = false;
      form.querySelector("input[type=password]").select();
    } else {
      location.reload();
    }
  });
})();
