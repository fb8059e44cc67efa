/* Without this script the form of a row works as well; it warns before typed values are lost and goes to the first fault. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-row]");
  if (!form) { return; }
  const start = new FormData(form);
  let leaving = false;

  function texts(data) { return JSON.stringify(Array.from(data.entries())); }

  form.addEventListener("submit", function () { leaving = true; });
  document.querySelectorAll("form:not([data-row])").forEach(function (other) {
    other.addEventListener("submit", function () { leaving = true; });
  });
  window.addEventListener("beforeunload", function (event) {
    if (!leaving && texts(start) !== texts(new FormData(form))) { event.preventDefault(); event.returnValue = ""; }
  });
  const fault = form.querySelector(".entry-fault");
  if (fault) { fault.parentNode.querySelector("select, input:not([type=hidden])").focus(); }
}());
