/* Live topics in a page: `kefuLive.subscribe(topic, fn)`, `<ui-live topic="…">`, events `kefu:live` and `kefu:live-state`.

All tabs share one stream through live-worker.js. A topic is stale after 15 seconds without any sign of life, or when
its payload's `as_of` is older than that by the server's clock. */
(() => {
  "use strict";
  if (window.kefuLive) return; /* a page may name the script besides the frame */

  const config = { ...document.currentScript.dataset };
  config.worker = new URL(config.worker, location.href).href;
  const name = `kefu-live-${config.viewer || "0"}`;
  const STALE = 15000;
  const listeners = new Map();
  const newest = new Map();
  let state = "idle";
  let heardAt = 0;
  let skew = null;

  /* How to reach the exchange: a SharedWorker, an elected tab, or (in old surroundings) this very tab. */
  let link = { join() {}, leave() {}, nudge() {} };

  const topics = () => [...listeners.keys()];
  const now = () => Date.now() + (skew ?? 0);

  function setState(next) {
    if (next === state) return;
    state = next;
    document.dispatchEvent(new CustomEvent("kefu:live-state", { detail: { state } }));
  }

  function receive(message) {
    if (message.type === "ping") {
      link.pong?.();
      return;
    }
    if (message.type === "state") {
      setState(message.state);
      return;
    }
    if (message.sent_at && !message.replay) {
      heardAt = performance.now();
      const difference = message.sent_at - Date.now();
      /* The fastest message tells the difference of the clocks best; a slow drift is followed, a jump at once. */
      if (skew === null || difference > skew || skew - difference > 2000) skew = difference;
      else skew += (difference - skew) * 0.02;
    }
    if (message.type !== "snapshot") return;
    const before = newest.get(message.topic);
    if (before && message.replay && before.version >= message.version) return;
    newest.set(message.topic, message);
    const detail = {
      topic: message.topic,
      version: message.version,
      payload: message.payload,
      sentAt: message.sent_at,
    };
    for (const listener of listeners.get(message.topic) || []) listener(detail);
    document.dispatchEvent(new CustomEvent("kefu:live", { detail }));
  }

  function subscribe(topic, listener) {
    const fresh = !listeners.has(topic);
    if (fresh) listeners.set(topic, new Set());
    listeners.get(topic).add(listener);
    if (fresh) queueMicrotask(() => link.join());
    else if (newest.has(topic)) {
      const { version, payload, sent_at: sentAt } = newest.get(topic);
      listener({ topic, version, payload, sentAt });
    }
    return () => {
      const set = listeners.get(topic);
      if (!set) return;
      set.delete(listener);
      if (!set.size) {
        listeners.delete(topic);
        newest.delete(topic);
        link.join();
      }
    };
  }

  /* "live", "stale", "waiting" (no data yet), "signed_out" or "denied"; `limit` is the greatest age of the data. */
  function standing(topic, limit = STALE) {
    if (state === "signed_out" || state === "denied") return state;
    const known = newest.get(topic);
    if (!heardAt && !known) return "waiting";
    if (performance.now() - heardAt > STALE) return "stale";
    if (!known) return "waiting";
    const asOf = known.payload && known.payload.as_of ? Date.parse(known.payload.as_of) : NaN;
    return Number.isFinite(asOf) && now() - asOf > limit ? "stale" : "live";
  }

  window.kefuLive = { subscribe, standing, now, state: () => state };

  /* links */

  const settings = { ticket: new URL(config.ticket, location.href).href, stream: new URL(config.stream, location.href).href };

  function viaSharedWorker() {
    const worker = new SharedWorker(config.worker, { name });
    worker.onerror = () => elect();
    worker.port.onmessage = ({ data }) => receive(data);
    worker.port.start();
    return {
      join: () => worker.port.postMessage({ type: "join", topics: topics(), config: settings }),
      leave: () => worker.port.postMessage({ type: "leave" }),
      nudge: () => worker.port.postMessage({ type: "nudge" }),
      pong: () => worker.port.postMessage({ type: "pong" }),
    };
  }

  function loadExchange() {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = config.worker;
      script.onload = () => resolve(new window.KefuLiveExchange(settings));
      script.onerror = reject;
      document.head.append(script);
    });
  }

  async function alone() {
    const exchange = await loadExchange();
    const leave = () => exchange.leave("self");
    return {
      join: () => exchange.join("self", document.hidden ? [] : topics(), receive),
      leave,
      nudge: () => exchange.core.nudge(),
      pong: () => exchange.heard("self"),
    };
  }

  /* One tab holds the lock and the stream; the others speak to it over a channel and inherit when it closes. */
  function throughLeader() {
    const channel = new BroadcastChannel(name);
    const id = crypto.randomUUID();
    let exchange = null;
    const send = (data) => channel.postMessage({ from: id, ...data });
    const join = () => {
      if (exchange) exchange.join(id, topics(), receive);
      else send({ type: "join", topics: topics() });
    };
    channel.onmessage = ({ data }) => {
      if (data.to === id) receive(data.message);
      else if (data.type === "leader") join();
      else if (!exchange || data.to) return;
      else if (data.type === "join") {
        exchange.join(data.from, data.topics, (message) => send({ to: data.from, message }));
      } else if (data.type === "leave") exchange.leave(data.from);
      else if (data.type === "pong") exchange.heard(data.from);
      else if (data.type === "nudge") exchange.core.nudge();
    };
    navigator.locks.request(`${name}-leader`, async () => {
      exchange = await loadExchange();
      send({ type: "leader" });
      join();
      await new Promise(() => {});
    });
    return {
      join,
      leave: () => (exchange ? exchange.leave(id) : send({ type: "leave" })),
      nudge: () => (exchange ? exchange.core.nudge() : send({ type: "nudge" })),
      pong: () => (exchange ? exchange.heard(id) : send({ type: "pong" })),
    };
  }

  async function elect() {
    link = navigator.locks && window.BroadcastChannel ? throughLeader() : await alone();
    if (listeners.size) link.join();
  }

  if (window.SharedWorker && !sessionStorage.getItem("kefu-live-no-worker")) {
    try {
      link = viaSharedWorker();
    } catch {
      elect();
    }
  } else elect();

  addEventListener("pagehide", () => link.leave());
  addEventListener("pageshow", (event) => {
    if (event.persisted && listeners.size) link.join();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && listeners.size) {
      link.join();
      link.nudge();
    }
  });
  addEventListener("online", () => link.nudge());

  /* <ui-live topic="…" max-age="15" data-text-live="实时" …><span data-text></span><time data-clock></time></ui-live> */
  class UiLive extends HTMLElement {
    connectedCallback() {
      this.show("waiting");
      this.unsubscribe = subscribe(this.getAttribute("topic"), (detail) => {
        this.dispatchEvent(new CustomEvent("kefu:live-data", { detail, bubbles: true }));
        this.tick();
      });
      this.timer = setInterval(() => this.tick(), 1000);
      this.tick();
    }

    disconnectedCallback() {
      clearInterval(this.timer);
      this.unsubscribe?.();
    }

    tick() {
      this.show(standing(this.getAttribute("topic"), 1000 * Number(this.getAttribute("max-age") || 15)));
      const clock = this.querySelector("[data-clock]");
      if (clock) {
        const zone = this.getAttribute("time-zone") || undefined;
        clock.textContent = new Date(now()).toLocaleTimeString("en-GB", { timeZone: zone });
      }
    }

    show(next) {
      if (this.dataset.state === next) return;
      this.dataset.state = next;
      const text = this.querySelector("[data-text]");
      if (text) text.textContent = this.getAttribute(`text-${next}`) || "";
      this.dispatchEvent(new CustomEvent("kefu:live-standing", { detail: { standing: next }, bubbles: true }));
    }
  }
  customElements.define("ui-live", UiLive);
})();
