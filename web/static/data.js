/* Without this script every part of the page works; it only counts what is not saved yet and warns before it is lost. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-changes]");
  const bar = document.querySelector("[data-save-bar]");
  if (!form || !bar) { return; }
  const said = bar.querySelector("[data-unsaved]");
  const reset = bar.querySelector("[data-reset]");
  const goOn = document.querySelector("[data-go-on]");
  const entries = Array.from(form.querySelectorAll(".entry"));
  let leaving = false;

  function bare(text) { return text.trim().replace(/[,，]/g, ""); }

  /* What is saved: data-was where the page came with a refused value, else the value the page came with. */
  function saved(entry) {
    if (entry.hasAttribute("data-was")) { return entry.getAttribute("data-was"); }
    if (entry.tagName === "INPUT") { return entry.defaultValue; }
    const chosen = Array.from(entry.options).find(function (option) { return option.defaultSelected; });
    return (chosen || entry.options[0]).value;
  }

  function count() {
    let number = 0;
    entries.forEach(function (entry) {
      const dirty = bare(entry.value) !== bare(saved(entry));
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
      entries.forEach(function (entry) { entry.value = saved(entry); });
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
