// Runs in pages before their own scripts, each function alone: no name from outside reaches it.

/// Promises, in ms since the navigation began, of when the main content is drawn and when a click is
/// answered; nobody has to ask again and again, which would take time of what is measured.
export function watchView(isDrawn) {
  const painted = (note) => requestAnimationFrame(() => setTimeout(() => note(performance.now())));
  const drawn = new Promise((note) => {
    const look = () => (isDrawn() ? painted(note) : requestAnimationFrame(look));
    requestAnimationFrame(look);
  });
  const answered = new Promise((note) => {
    const pressed = (button) => (button.getAttribute('aria-pressed') === 'true' ? painted(note) : requestAnimationFrame(() => pressed(button)));
    addEventListener('click', ({ target }) => target.closest('button') && pressed(target.closest('button')));
  });
  globalThis.told = { drawn, answered };
  // found here, as a reader's eye finds it: a driver's own search would be a part of what is measured
  globalThis.middleOf = (words) => {
    const box = [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === words).getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
}

/// Counts frames, and those in which something was drawn on a canvas.
export function watchFrames() {
  let drawn = false;
  const { clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    drawn = true;
    return clearRect.apply(this, box);
  };
  globalThis.countFrames = () => {
    const times = [];
    let going = true;
    const frame = (now) => {
      if (drawn) times.push(now);
      drawn = false;
      if (going) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    globalThis.countedFrames = () => ((going = false), times);
  };
}
