/* <ui-bell data-topic="…">: keeps the number of unread notices in the top bar and in the phone's menu up to date. */
(() => {
  "use strict";

  const written = (count) => (count > 99 ? "99+" : String(count));

  class UiBell extends HTMLElement {
    connectedCallback() {
      this.mirror();
      this.unsubscribe = window.kefuLive?.subscribe(this.dataset.topic, ({ payload }) => this.show(payload.unread));
    }

    disconnectedCallback() {
      this.unsubscribe?.();
    }

    show(count) {
      const badge = this.querySelector(".ui-bell-count");
      badge.textContent = written(count);
      badge.hidden = !count;
      const words = count > 1 ? this.dataset.many.replace("{n}", written(count)) : count ? this.dataset.one : this.dataset.none;
      this.querySelector("a").setAttribute("aria-label", words);
      this.mirror();
    }

    /* The same number beside the inbox in the sheet of all pages. */
    mirror() {
      const badge = this.querySelector(".ui-bell-count");
      const link = document.querySelector(`.ui-sheet-link[href="${this.querySelector("a").getAttribute("href")}"]`);
      if (!link) return;
      link.querySelector(".ui-bell-count")?.remove();
      if (!badge.hidden) link.append(badge.cloneNode(true));
    }
  }
  customElements.define("ui-bell", UiBell);
})();
