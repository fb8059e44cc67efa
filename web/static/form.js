/* The pages work without this script; it only saves the user reloading and waiting in doubt. */
(function () {
  "use strict";

  /* A form that was sent says so at once and cannot be sent twice. */
  document.querySelectorAll("form[data-busy]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (event.defaultPrevented) { return; }
      const button = form.querySelector("button[type=submit]");
      button.textContent = form.getAttribute("data-busy");
      window.setTimeout(function () { button.disabled = true; }, 0);
    });
  });
  /* Back from the browser's memory, the button must be usable again. */
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { window.location.reload(); }
  });

  /* On a narrow screen the tab that is open is scrolled into its bar. */
  document.querySelectorAll(".tabs [aria-current]").forEach(function (tab) {
    const bar = tab.closest(".tabs");
    const before = tab.getBoundingClientRect().left - bar.getBoundingClientRect().left;
    bar.scrollLeft += before - (bar.clientWidth - tab.offsetWidth) / 2;
  });

  const MOST_NAMES = 8; /* so that the button below stays in sight */
  document.querySelectorAll("form[data-upload]").forEach(function (form) {
    const input = form.querySelector(".drop input[type=file]");
    const error = form.querySelector(".field-error");
    const drop = form.querySelector(".drop");
    const chosen = form.querySelector("[data-chosen]");
    const clear = form.querySelector("[data-clear]");
    let files = Array.from(input.files);
    form.classList.add("scripted");
    /* Townships send files of the same name, so the name alone does not tell. */
    function same(file, other) {
      return file.name === other.name && file.size === other.size && file.lastModified === other.lastModified;
    }
    /* Where several files may be sent, those chosen or dropped later come to those chosen before. */
    function take(more) {
      const fresh = more.filter(function (file) { return !files.some(function (other) { return same(file, other); }); });
      files = input.multiple ? files.concat(fresh) : more.slice(0, 1);
      const held = new DataTransfer();
      files.forEach(function (file) { held.items.add(file); });
      input.files = held.files;
      error.hidden = true;
      check();
    }
    input.addEventListener("change", function () { take(Array.from(input.files)); });
    if (clear) { clear.addEventListener("click", function () { files = []; take([]); input.focus(); }); }
    function check() {
      const names = files.slice(0, MOST_NAMES).map(function (file) { return file.name; }).join("、") + (files.length > MOST_NAMES ? "……" : "");
      const count = chosen.getAttribute("data-count");
      chosen.textContent = (count && files.length > 1 ? count.replace("{}", files.length) : "") + names;
      if (clear) { clear.hidden = files.length === 0; }
      const bytes = files.reduce(function (sum, file) { return sum + file.size; }, 0);
      const tooLarge = bytes > Number(form.getAttribute("data-largest"));
      if (tooLarge) { error.textContent = form.getAttribute("data-too-large"); error.hidden = false; }
      form.querySelector("button[type=submit]").disabled = tooLarge;
    }
    check();
    ["dragenter", "dragover"].forEach(function (name) {
      drop.addEventListener(name, function (event) { event.preventDefault(); drop.classList.add("over"); });
    });
    ["dragleave", "drop"].forEach(function (name) {
      drop.addEventListener(name, function (event) { event.preventDefault(); drop.classList.remove("over"); });
    });
    drop.addEventListener("drop", function (event) {
      if (event.dataTransfer.files.length) { take(Array.from(event.dataTransfer.files)); }
    });
  });

  /* Answers that were changed but not read again yet would be lost by going on. */
  document.querySelectorAll("form[data-answers]").forEach(function (form) {
    form.addEventListener("change", function () {
      document.querySelectorAll("[data-unread]").forEach(function (note) { note.hidden = false; });
      document.querySelectorAll("[data-go-on]").forEach(function (button) { button.disabled = true; });
    });
  });

  document.querySelectorAll("form[data-filter]").forEach(function (form) {
    form.querySelector("select").addEventListener("change", function () { form.submit(); });
    form.querySelector("button").hidden = true;
  });

  /* Ask for the moving parts every second; replace those that changed; reload when the job's state did. */
  const box = document.querySelector("[data-progress]");
  if (!box) { return; }
  const warning = box.querySelector("[data-connection]");

  function show(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    fresh.querySelectorAll("[data-part]").forEach(function (part) {
      const old = box.querySelector("[data-part=" + part.getAttribute("data-part") + "]");
      if (old && old.innerHTML !== part.innerHTML) { old.innerHTML = part.innerHTML; }
    });
  }

  function ask() {
    fetch(box.getAttribute("data-progress"), { credentials: "same-origin", cache: "no-store" })
      .then(function (response) {
        if (response.status === 404 || (response.ok && response.headers.get("X-Job-State") !== box.getAttribute("data-state"))) {
          window.location.reload();
          return null;
        }
        if (!response.ok) { throw new Error(String(response.status)); }
        return response.text();
      })
      .then(function (html) {
        if (html !== null) { show(html); warning.hidden = true; window.setTimeout(ask, 1000); }
      })
      .catch(function () {
        warning.textContent = box.getAttribute("data-lost");
        warning.hidden = false;
        window.setTimeout(ask, 3000);
      });
  }
  window.setTimeout(ask, box.getAttribute("data-state") === "examining" ? 300 : 1000);
}());
