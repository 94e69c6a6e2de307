(function () {
  "use strict";
  var root = document.documentElement;
  var form = document.getElementById("filters");
  var count = document.getElementById("count");
  var cases = Array.prototype.slice.call(document.querySelectorAll("[data-verdict]"));
  var names = ["verdict", "area", "level", "cause"].filter(function (name) { return form[name]; });
  root.classList.remove("nojs");

  function fits(one) {
    var words = form.text.value.toLowerCase().split(/\s+/);
    return names.every(function (name) {
      return !form[name].value || one.getAttribute("data-" + name) === form[name].value;
    }) && words.every(function (word) {
      return !word || one.textContent.toLowerCase().indexOf(word) >= 0;
    });
  }

  function filter() {
    var shown = 0;
    cases.forEach(function (one) {
      var fit = fits(one);
      one.classList.toggle("hidden", !fit);
      shown += fit;
    });
    document.querySelectorAll("[data-group]").forEach(function (group) {
      group.classList.toggle("hidden", !group.querySelector("[data-verdict]:not(.hidden)"));
    });
    count.textContent = shown + " of " + cases.length + " cases";
  }

  function openTarget() {
    var one = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!one) return;
    if (one.tagName === "DETAILS") one.open = true;
    one.classList.remove("hidden");
    one.scrollIntoView();
  }

  form.addEventListener("input", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(filter, 0); });
  window.addEventListener("hashchange", openTarget);
  document.querySelectorAll("pre.curl").forEach(function (pre) {
    var button = document.createElement("button");
    if (!navigator.clipboard) return;
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(pre.textContent).then(function () { button.textContent = "Copied"; });
    });
    pre.previousElementSibling.appendChild(button);
  });
  filter();
  openTarget();
})();
