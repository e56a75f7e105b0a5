// Showing what is typed into the password box, and a word when the caps lock is on.
(() => {
  const box = document.querySelector('#id_password'), eye = document.querySelector('#ui-show-password'), caps = document.querySelector('#ui-caps');
  if (!box || !eye) return;
  eye.hidden = false;
  eye.addEventListener('click', () => {
    const open = box.type === 'password';
    box.type = open ? 'text' : 'password';
    eye.setAttribute('aria-pressed', String(open));
    const use = eye.querySelector('use');
    use.setAttribute('href', use.getAttribute('href').replace(/#.*$/, open ? '#eye-off' : '#eye'));
    box.focus();
  });
  const look = e => { if (caps && e.getModifierState) caps.hidden = !e.getModifierState('CapsLock'); };
  box.addEventListener('keyup', look);
  box.addEventListener('keydown', look);
})();
