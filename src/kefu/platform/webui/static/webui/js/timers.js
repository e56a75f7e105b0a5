// Deadlines and durations: one ticker for all of them, by the server's clock.
(() => {
  const { now } = window.kefu;
  const p = n => String(n).padStart(2, '0');
  const fmt = s => { const a = Math.abs(Math.trunc(s)), h = a / 3600 | 0; return h ? `${h}:${p(a % 3600 / 60 | 0)}:${p(a % 60)}` : `${p(a / 60 | 0)}:${p(a % 60)}`; };
  const ticking = new Set();
  const set = (n, t) => { if (n && n.textContent !== t) n.textContent = t; };
  class Ticking extends HTMLElement {
    connectedCallback() { ticking.add(this); this.tick(now()); }
    disconnectedCallback() { ticking.delete(this); }
  }
  customElements.define('ui-sla', class extends Ticking {
    tick(at) {
      if (!this.dataset.due) return;
      const left = +this.dataset.due - at, st = left < 0 ? 'bad' : left < +this.dataset.total * .25 ? 'warn' : 'ok';
      set(this.querySelector('.ui-t'), fmt(left));
      if (st === this.dataset.state) return;
      this.dataset.state = st;
      set(this.querySelector('b'), this.dataset[st]);
      const u = this.querySelector('use');
      u?.setAttribute('href', u.getAttribute('href').replace(/#.*/, { bad: '#circle-x', warn: '#triangle-alert', ok: '#clock' }[st]));
    }
  });
  customElements.define('ui-timer', class extends Ticking {
    static get observedAttributes() { return ['data-since']; }
    attributeChangedCallback() { if (this.isConnected) this.tick(now()); }
    tick(at) {
      if (this.dataset.since) set(this, fmt(Math.max(0, at - +this.dataset.since)));
      else if (this.dataset.until) set(this, fmt(Math.max(0, +this.dataset.until - at)));
    }
  });
  setInterval(() => { if (!document.hidden) { const at = now(); ticking.forEach(t => t.tick(at)); } }, 1000);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) { const at = now(); ticking.forEach(t => t.tick(at)); } });
  window.kefu.duration = fmt;
})();
