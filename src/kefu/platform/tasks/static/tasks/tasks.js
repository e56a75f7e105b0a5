/* <ui-task-counts data-topic="…">: keeps the figures above one's tasks up to date, and asks the list to load itself. */
(() => {
  "use strict";

  class UiTaskCounts extends HTMLElement {
    connectedCallback() {
      this.unsubscribe = window.kefuLive?.subscribe(this.dataset.topic, ({ payload }) => this.show(payload));
    }

    disconnectedCallback() {
      this.unsubscribe?.();
    }

    show(payload) {
      let changed = false;
      for (const [name, count] of Object.entries(payload)) {
        const place = this.querySelector(`[data-count="${name}"]`);
        if (!place || place.textContent === String(count)) continue;
        place.textContent = String(count);
        changed = true;
      }
      const picking = document.querySelector(".ui-table-form input[name=id]:checked");
      if (changed && !picking) document.body.dispatchEvent(new CustomEvent(`kefu:refresh-${this.dataset.table}`));
    }
  }
  customElements.define("ui-task-counts", UiTaskCounts);
})();
