/* One stream for all tabs of a browser.

Loaded as a SharedWorker, or (where there is none) as a plain script in the tab that was elected leader.
`Core` keeps the one stream open; `Exchange` keeps account of who wants which topics and hands messages on. */
(() => {
  "use strict";

  const SILENCE = 20000;
  const PAUSES = [300, 800, 2000, 4000, 8000, 15000];
  const PING = 15000;
  const DROP = 50000;
  const jitter = (ms) => ms * (0.5 + Math.random());

  class Core {
    constructor(config, emit) {
      this.config = config;
      this.emit = emit;
      this.topics = [];
      this.attempt = 0;
      this.state = "idle";
      this.timer = 0;
      this.abort = null;
    }

    want(topics) {
      const next = [...topics].sort();
      if (next.join(" ") === this.topics.join(" ")) return;
      this.topics = next;
      this.soon(30);
    }

    /* Try again at once when something says that it may work now. */
    nudge() {
      if (this.state === "waiting" || this.state === "signed_out") this.soon(0);
    }

    soon(ms) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.connect(), ms);
    }

    say(state) {
      this.state = state;
      this.emit({ type: "state", state });
    }

    retry(state, ms) {
      this.say(state);
      this.soon(ms ?? jitter(PAUSES[Math.min(this.attempt++, PAUSES.length - 1)]));
    }

    async connect() {
      clearTimeout(this.timer);
      this.abort?.abort();
      if (!this.topics.length) {
        this.say("idle");
        return;
      }
      const abort = (this.abort = new AbortController());
      try {
        const ticket = await this.ticket(abort.signal);
        if (!ticket) return;
        const response = await fetch(this.config.stream, {
          headers: { Authorization: `Live ${ticket.ticket}` },
          cache: "no-store",
          signal: abort.signal,
        });
        if (!response.ok || !response.body) throw new Error(`stream ${response.status}`);
        const renewal = setTimeout(() => this.connect(), Math.max(5, ticket.lifetime - 10 - Math.random() * 20) * 1000);
        try {
          await this.read(response.body.getReader(), abort);
        } finally {
          clearTimeout(renewal);
        }
        if (abort === this.abort) this.retry("waiting");
      } catch (error) {
        if (abort === this.abort) this.retry("waiting");
      }
    }

    async ticket(signal) {
      const query = this.topics.map((topic) => `topic=${encodeURIComponent(topic)}`).join("&");
      const response = await fetch(`${this.config.ticket}?${query}`, {
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
        signal,
      });
      if (response.status === 401) this.retry("signed_out", 60000);
      else if (response.status === 403) this.retry("denied", 120000);
      else if (!response.ok) throw new Error(`ticket ${response.status}`);
      else return response.json();
      return null;
    }

    async read(reader, abort) {
      const decoder = new TextDecoder();
      let rest = "";
      for (;;) {
        const watch = setTimeout(() => {
          if (abort === this.abort) {
            abort.abort();
            this.retry("waiting", 0);
          }
        }, SILENCE);
        let part;
        try {
          part = await reader.read();
        } finally {
          clearTimeout(watch);
        }
        if (part.done) return;
        rest += decoder.decode(part.value, { stream: true });
        let end;
        while ((end = rest.indexOf("\n\n")) >= 0) {
          this.event(rest.slice(0, end));
          rest = rest.slice(end + 2);
        }
      }
    }

    event(text) {
      let name = "";
      let data = "";
      for (const line of text.split("\n")) {
        if (line.startsWith("event: ")) name = line.slice(7);
        else if (line.startsWith("data: ")) data += line.slice(6);
      }
      if (!name) return;
      const message = JSON.parse(data);
      if (name === "hello") {
        this.attempt = 0;
        this.say("live");
      }
      if (name === "bye") {
        /* A ticket that is over is renewed at once; a server that stops gets a moment. */
        this.attempt = message.reason === "expired" ? 0 : 1;
        if (message.reason === "expired") this.soon(0);
      }
      this.emit({ type: name, ...message });
    }
  }

  class Exchange {
    constructor(config) {
      this.members = new Map();
      this.latest = new Map();
      this.core = new Core(config, (message) => this.spread(message));
      setInterval(() => this.ping(), PING);
      self.addEventListener("online", () => this.core.nudge());
    }

    /* `deliver` reaches one tab; its topics replace those it wanted before. */
    join(id, topics, deliver) {
      const known = this.members.get(id);
      const had = known ? known.topics : new Set();
      this.members.set(id, { topics: new Set(topics), deliver, heard: Date.now() });
      deliver({ type: "state", state: this.core.state });
      for (const topic of topics) {
        if (!had.has(topic) && this.latest.has(topic)) deliver({ ...this.latest.get(topic), replay: true });
      }
      this.settle();
    }

    leave(id) {
      if (this.members.delete(id)) this.settle();
    }

    heard(id) {
      const member = this.members.get(id);
      if (member) member.heard = Date.now();
    }

    settle() {
      const all = new Set();
      for (const member of this.members.values()) for (const topic of member.topics) all.add(topic);
      for (const topic of this.latest.keys()) if (!all.has(topic)) this.latest.delete(topic);
      this.core.want(all);
    }

    ping() {
      for (const [id, member] of this.members) {
        if (Date.now() - member.heard > DROP) this.members.delete(id);
        else member.deliver({ type: "ping" });
      }
      this.settle();
    }

    spread(message) {
      if (message.type === "snapshot") this.latest.set(message.topic, message);
      for (const member of this.members.values()) {
        if (message.type !== "snapshot" || member.topics.has(message.topic)) member.deliver(message);
      }
    }
  }

  self.KefuLiveExchange = Exchange;

  if (typeof SharedWorkerGlobalScope !== "undefined" && self instanceof SharedWorkerGlobalScope) {
    let exchange = null;
    let next = 0;
    self.onconnect = (event) => {
      const port = event.ports[0];
      const id = ++next;
      port.onmessage = ({ data }) => {
        if (data.type === "join") {
          exchange ??= new Exchange(data.config);
          exchange.join(id, data.topics, (message) => port.postMessage(message));
        } else if (!exchange) return;
        else if (data.type === "leave") exchange.leave(id);
        else if (data.type === "pong") exchange.heard(id);
        else if (data.type === "nudge") exchange.core.nudge();
      };
      port.start?.();
    };
  }
})();
