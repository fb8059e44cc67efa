/* A card opens the details of its file. */
(function () {
  "use strict";
  document.querySelectorAll(".file-card a").forEach(function (link) {
    link.addEventListener("click", function () {
      const file = document.querySelector(link.getAttribute("href"));
      if (file) { file.open = true; }
    });
  });
}());
