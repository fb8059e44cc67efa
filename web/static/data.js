/* Without this script every part of the page works; it only counts what is not saved yet and warns before it is lost. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-changes]");
  const bar = document.querySelector("[data-save-bar]");
  if (!form || !bar) { return; }
  const said = bar.querySelector("[data-unsaved]");
  const reset = bar.querySelector("[data-reset]");
  const goOn = document.querySelector("[data-go-on]");
  let leaving = false;

  function bare(text) { return text.trim().replace(/[,，]/g, ""); }

  function count() {
    let number = 0;
    form.querySelectorAll("[data-was]").forEach(function (entry) {
      const dirty = bare(entry.value) !== bare(entry.getAttribute("data-was"));
      entry.classList.toggle("is-dirty", dirty);
      if (dirty) { number += 1; }
    });
    bar.hidden = number === 0;
    reset.hidden = number === 0;
    const words = number ? bar.getAttribute("data-count").replace("{count}", String(number)) : "";
    if (said.textContent !== words) { said.textContent = words; }
    if (goOn) { goOn.classList.toggle("secondary", number > 0); }
    return number;
  }

  form.addEventListener("input", count);
  form.addEventListener("change", count);
  form.addEventListener("reset", function () {
    /* Back to what is saved, also after a refused attempt, whose typed values the page came with. */
    window.setTimeout(function () {
      form.querySelectorAll("[data-was]").forEach(function (entry) { entry.value = entry.getAttribute("data-was"); });
      count();
    }, 0);
  });
  form.addEventListener("submit", function () { leaving = true; });
  window.addEventListener("beforeunload", function (event) {
    if (!leaving && count() > 0) { event.preventDefault(); event.returnValue = ""; }
  });
  const wrong = form.querySelector("[aria-invalid]");
  if (wrong) { wrong.focus(); }
  count();
}());
