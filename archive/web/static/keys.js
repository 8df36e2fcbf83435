// Keys: / to the search field, j and k through what is listed, ? shows them. Everything works without this file.
"use strict";

(function () {
  const steps = Array.from(document.querySelectorAll("[data-step]"));
  const help = document.getElementById("keys");
  let at = -1;

  function typing(target) {
    return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
  }

  function go(to) {
    if (!steps.length) return;
    at = Math.max(0, Math.min(steps.length - 1, to));
    const step = steps[at];
    (step.matches("a, [tabindex]") ? step : step.querySelector("a") || step).focus({ preventScroll: true });
    step.scrollIntoView({ block: "center" });
  }

  function current() {
    const here = document.activeElement ? document.activeElement.closest("[data-step]") : null;
    return here ? steps.indexOf(here) : at;
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (help && help.open) {
      if (event.key === "?") help.close();
      return;
    }
    if (event.key === "/") {
      const field = document.querySelector("input[type=search]");
      if (field) {
        field.focus();
        field.select();
      } else {
        location.href = "/";
      }
    } else if (event.key === "j") {
      go(current() + 1);
    } else if (event.key === "k") {
      go(current() - 1);
    } else if (event.key === "?" && help) {
      help.showModal();
    } else {
      return;
    }
    event.preventDefault();
  });

  for (const button of document.querySelectorAll("[data-keys]")) {
    button.hidden = false;
    button.addEventListener("click", function () {
      help.showModal();
    });
  }
})();
