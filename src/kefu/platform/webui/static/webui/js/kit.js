// What the buttons of /ui-kit/ show.
(() => {
  const { $, $$, acts, toast, texts, confirm } = window.kefu;
  acts['kit-toast'] = b => toast(b.dataset.text);
  acts['kit-undo'] = b => toast(b.dataset.text, { action: texts.undo, ms: 10000, run: () => toast(texts.undone) });
  acts['kit-confirm'] = async b => { if (await confirm({ title: b.dataset.title, text: b.dataset.body, yes: b.dataset.yes })) toast(b.dataset.yes, { tone: 'bad' }); };
  acts['kit-drawer'] = () => { $('#ui-drawer-body').replaceChildren($('#kit-drawer').content.cloneNode(true)); $('#ui-drawer').showModal(); };
  $$('.ui-seg[role=group] > button').forEach(b => b.addEventListener('click', () => $$('button', b.parentNode).forEach(x => x.setAttribute('aria-pressed', String(x === b)))));
})();
