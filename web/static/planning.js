/* A screen reader hears the sentence of the search at most every ten seconds, not every time a figure moves. */
(function () {
  "use strict";
  const spoken = document.querySelector("[data-spoken]");
  const sentence = document.querySelector("[data-part=sentence]");
  if (!spoken || !sentence) { return; }
  const PAUSE = 10000;
  let last = 0;
  let waiting = 0;

  function say() {
    waiting = 0;
    last = Date.now();
    const words = sentence.textContent.trim();
    if (spoken.textContent !== words) { spoken.textContent = words; }
  }

  new MutationObserver(function () {
    if (waiting) { return; }
    const rest = PAUSE - (Date.now() - last);
    if (rest <= 0) { say(); } else { waiting = window.setTimeout(say, rest); }
  }).observe(sentence, { childList: true, characterData: true, subtree: true });
}());
