// Runs in pages before their own scripts, each function alone: no name from outside reaches it.

/// Notes, in ms since the navigation began, when the main content is drawn and when a click is answered.
export function watchView(isDrawn) {
  const told = (globalThis.told = { drawn: null, answered: null });
  const painted = (note) => requestAnimationFrame(() => setTimeout(() => note(performance.now())));
  const look = () => (isDrawn() ? painted((now) => (told.drawn = now)) : requestAnimationFrame(look));
  requestAnimationFrame(look);
  addEventListener('click', (event) => {
    const button = event.target.closest('button');
    const wait = () => (button.getAttribute('aria-pressed') === 'true' ? painted((now) => (told.answered = now)) : requestAnimationFrame(wait));
    if (button) wait();
  });
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
