(function () {
  "use strict";
  var root = document.documentElement;
  var form = document.getElementById("filters");
  var panel = document.getElementById("panel");
  var rows = Array.prototype.slice.call(document.querySelectorAll(".matrix tbody tr"));
  var states = ["fail", "undecided", "pass", "not-offered", "not-meant", "not-tested"];
  root.classList.remove("nojs");

  /* ---- sorting: by the text of a cell, or by what its data-by says ---- */
  function key(row, at) {
    var cell = row.cells[at], inside = cell.querySelector(".cell"), state;
    if (!inside) return cell.getAttribute("data-by") || cell.textContent.trim();
    state = inside.className.split(" ")[1];
    return String(9 - states.indexOf(state)) + String(parseInt(inside.textContent, 10) || 0).padStart(4, "0");
  }
  function sortBy(head) {
    var table = head.closest("table"), body = table.tBodies[0], at = head.cellIndex;
    var first = head.querySelector(".tall") || head.classList.contains("num") ? "descending" : "ascending";
    var other = first === "ascending" ? "descending" : "ascending";
    var way = head.getAttribute("aria-sort") === first ? other : first;
    var sign = way === "ascending" ? 1 : -1;
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (one) { one.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", way);
    Array.prototype.slice.call(body.rows).map(function (row, i) {
      return { row: row, key: key(row, at), i: i };
    }).sort(function (a, b) {
      return sign * a.key.localeCompare(b.key, "en", { numeric: true }) || a.i - b.i;
    }).forEach(function (one) { body.appendChild(one.row); });
  }

  /* ---- filters ---- */
  function has(text, words) {
    text = text.toLowerCase();
    return words.toLowerCase().split(/\s+/).every(function (word) { return text.indexOf(word) >= 0; });
  }
  function hideResults(hidden) {
    document.querySelectorAll("[data-result]").forEach(function (one) {
      one.classList.toggle("hidden", !!hidden[one.getAttribute("data-result")]);
    });
    rows.forEach(function (row) {
      for (var i = 1; i < row.cells.length; i++) row.cells[i].classList.toggle("hidden", !!hidden[i - 1]);
    });
  }
  function shownCells(row) {
    return Array.prototype.slice.call(row.cells, 1).filter(function (one) {
      return !one.classList.contains("hidden") && !(one.classList.contains("old") && !root.classList.contains("all"));
    }).map(function (one) { return one.firstElementChild.className.replace("cell ", ""); });
  }
  function fits(row) {
    var cells = shownCells(row), want = form.rows.value, area = row.getAttribute("data-area");
    if (form.area.value && (" " + area + " ").indexOf(" " + form.area.value + " ") < 0) return false;
    if (row.hasAttribute("data-duty") && form.duty.value && !has(row.cells[0].textContent, form.duty.value)) return false;
    if (want === "differ") return cells.some(function (one) { return one !== cells[0]; });
    return !want || cells.some(function (one) { return one.indexOf(want) === 0; });
  }
  function filter() {
    var hidden = {}, shown = 0, duties = 0;
    root.classList.toggle("all", !!(form.old && form.old.checked));
    document.querySelectorAll(".results tbody tr").forEach(function (row) {
      if (!has(row.textContent, form.gateway.value)) hidden[row.getAttribute("data-result")] = true;
    });
    hideResults(hidden);
    rows.forEach(function (row) {
      var fit = fits(row);
      row.classList.toggle("hidden", !fit);
      if (!row.hasAttribute("data-duty")) return;
      duties++;
      shown += fit;
    });
    document.getElementById("count").textContent = shown + " of " + duties + " duties";
  }

  /* ---- what a cell leads to: shown beside it, and found by its address ---- */
  function show(id) {
    var told = document.getElementById(id), copy;
    if (!told || !told.classList.contains("told") || !panel.showModal) return false;
    copy = told.cloneNode(true);
    copy.removeAttribute("id");
    copy.querySelector("h4").id = "panel-title";
    document.getElementById("panel-text").replaceChildren(copy);
    if (!panel.open) panel.showModal();
    panel.scrollTop = 0;
    return true;
  }
  function target() {
    var id = decodeURIComponent(location.hash.slice(1)), one = id && document.getElementById(id);
    if (!one || show(id)) return;
    if (one.tagName === "DETAILS") one.open = true;
    one.classList.remove("hidden");
    one.scrollIntoView();
  }
  document.addEventListener("click", function (event) {
    var head = event.target.closest(".sort"), cell = event.target.closest("a.cell");
    if (head) sortBy(head.closest("th"));
    if (cell && show(decodeURIComponent(cell.hash.slice(1)))) {
      event.preventDefault();
      history.replaceState(null, "", cell.hash);
    }
    if (event.target === panel) panel.close();
  });
  panel.addEventListener("close", function () { history.replaceState(null, "", location.pathname + location.search); });

  /* ---- arrows walk from cell to cell ---- */
  document.addEventListener("keydown", function (event) {
    var cell = event.target.closest && event.target.closest("td"), row = cell && cell.parentNode, to = null;
    var step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !cell || event.target.className.indexOf("cell") !== 0) return;
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      for (to = row.cells[cell.cellIndex + step]; to && !to.querySelector("a.cell"); to = row.cells[to.cellIndex + step]);
    } else {
      do row = step > 0 ? row.nextElementSibling : row.previousElementSibling;
      while (row && (row.classList.contains("hidden") || !row.cells[cell.cellIndex].querySelector("a.cell")));
      to = row && row.cells[cell.cellIndex];
    }
    event.preventDefault();
    if (to) to.querySelector("a.cell").focus();
  });
  form.addEventListener("input", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(filter, 0); });
  window.addEventListener("hashchange", target);
  filter();
  target();
})();
