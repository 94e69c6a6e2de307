(function () {
  "use strict";
  var list = document.getElementById("list"), detail = document.getElementById("detail"), form = document.getElementById("filters");
  var caseIds = new Map(), records = new Map(), buttons = new Map(), found = null, current = 0, boot = null, waiting = 0;
  document.getElementById("title").textContent = TITLE;
  document.title = TITLE + ": exchanges";

  function el(tag, attributes, children) {
    var one = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      if (attributes[name] !== undefined && attributes[name] !== null) one.setAttribute(name, attributes[name]);
    });
    [].concat(children === undefined ? [] : children).forEach(function (child) { if (child !== null) one.append(child); });
    return one;
  }
  function ms(us) { return us < 1000 ? us + " \u00b5s" : us < 1e6 ? (us / 1000).toFixed(1) + " ms" : (us / 1e6).toFixed(2) + " s"; }
  function size(n) { return n < 1024 ? n + " B" : n < 1048576 ? (n / 1024).toFixed(1) + " KB" : (n / 1048576).toFixed(1) + " MB"; }
  function side(actor) { return actor[0] === "u" ? "provider" : actor[0] === "c" ? "client" : actor; }
  /* When a run ends, nobody listens for a moment. */
  function get(path, left) {
    return fetch(path).then(function (r) { return r.ok ? r.text() : Promise.reject(new Error("it is not kept any more")); }, function () {
      if (left === 0) throw new Error("it has ended, or is away");
      return new Promise(function (on) { setTimeout(on, 400); }).then(function () { return get(path, left === undefined ? 10 : left - 1); });
    });
  }

  /* ---- the list ---- */
  function words(r) { return (r.case ? [r.case.id, r.case.verdict, r.case.reason] : [r.method, r.target, r.status, r.actor]).join(" ").toLowerCase(); }
  function fits(r) {
    var text = form.text.value.trim().toLowerCase(), status = form.status.value.trim();
    if (text && words(r).indexOf(text) < 0 && !(found && found.has(r.id))) return false;
    if (r.case) return (!form.verdict.value || r.case.verdict === form.verdict.value) && !form.side.value && !status;
    if (form.verdict.value) return false;
    if (form.side.value && r.actor[0] !== form.side.value) return false;
    try { return !status || new RegExp("^" + status + "$").test(String(r.status)); } catch (e) { return true; }
  }
  /* Cases lead to their exchanges; where there are cases, these are not listed unless they are asked for. */
  function isListed(r) {
    return r.case || !hasCases || form.side.value || form.status.value || (form.text.value && found && found.has(r.id));
  }
  var hasCases = false, rank = { fail: 0, broken: 1, undecided: 2, pass: 3, skip: 4 };
  function fill(button, r) {
    if (r.case) {
      button.replaceChildren(el("span", { class: "verdict " + r.case.verdict }, r.case.verdict), el("span", { class: "name" }, r.case.id),
        el("span", { class: "soft" }, r.case.verdict === "fail" ? r.case.effect : ""));
      if (r.case.reason) button.append(el("span", { class: "why" }, r.case.reason));
    } else {
      button.replaceChildren(el("span", { class: r.status >= 400 || (r.end && r.end !== "clean") ? "fail" : "" }, String(r.status || "\u2026")),
        el("span", { class: "name mono" }, (r.method || "") + " " + (r.target || "")), el("span", { class: "soft" }, r.end ? ms(r.took) : "open"),
        el("span", { class: "why" }, side(r.actor) + ", " + size(r.asked) + " up, " + size(r.answered) + " down" + (r.end && r.end !== "clean" ? ", " + r.end : "")));
    }
  }
  function draw() {
    var shown = 0, all = 0;
    waiting = 0;
    Array.from(records.values()).sort(function (a, b) {
      return a.case && b.case ? rank[a.case.verdict] - rank[b.case.verdict] || a.id - b.id : a.case ? -1 : b.case ? 1 : hasCases ? a.id - b.id : b.id - a.id;
    }).forEach(function (r) {
      var button = buttons.get(r.id), item;
      if (!button) {
        button = el("button", { type: "button" });
        button.addEventListener("click", function () { open(r.id); });
        buttons.set(r.id, button);
        list.append(el("li", {}, button));
      }
      item = button.parentNode;
      if (r.fresh) { fill(button, r); r.fresh = false; }
      item.hidden = !(isListed(r) && fits(r));
      if (list.children[all] !== item) list.insertBefore(item, list.children[all] || null);
      all++;
      shown += !item.hidden;
    });
    document.getElementById("count").textContent = shown + " shown";
  }
  /* A case that was asked again: what was seen last counts. */
  function forget(id) {
    if (buttons.has(id)) buttons.get(id).parentNode.remove();
    buttons.delete(id);
    records.delete(id);
  }
  function soon() { if (!waiting) waiting = setTimeout(draw, 60); }
  function search() {
    var text = form.text.value.trim();
    found = null;
    draw();
    if (text.length < 2) return;
    get("/search?q=" + encodeURIComponent(JSON.stringify(text).slice(1, -1))).then(function (ids) {
      if (form.text.value.trim() !== text) return;
      found = new Set(JSON.parse(ids));
      draw();
    }, function () { found = null; });
  }

  /* ---- reading an exchange ---- */
  function bytes(value) {
    if (value === undefined) return "";
    if (typeof value === "string") return value;
    var raw = atob(value.base64), out = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
    return new TextDecoder().decode(out);
  }
  function read(text) {
    var x = { request: {}, response: {}, asked: "", answered: "", pieces: [], notes: [] };
    text.split("\n").filter(Boolean).map(function (line) { return JSON.parse(line); }).forEach(function (e) {
      if (e.kind === "request") x.request = e;
      if (e.kind === "body") x.asked += bytes(e.bytes);
      if (e.kind === "response") x.response = e;
      if (e.kind === "data") { x.answered += bytes(e.bytes); x.pieces.push({ at: e.at, text: bytes(e.bytes) }); }
      if (e.kind === "end") x.end = e;
      if (e.kind === "mark" || e.kind === "note" || e.kind === "step") x.notes.push({ at: e.at, text: e.text || e.verb });
    });
    return x;
  }
  /* Events with the time of the piece in which each ended. */
  function events(x) {
    var out = [], rest = "";
    x.pieces.forEach(function (piece) {
      var parts;
      rest += piece.text;
      parts = rest.split(/\r?\n\r?\n/);
      rest = parts.pop();
      parts.forEach(function (part) {
        var name = /^event: ?(.*)$/m.exec(part), data = part.split(/\r?\n/).filter(function (l) { return /^data:/.test(l); }).map(function (l) { return l.replace(/^data: ?/, ""); }).join("\n");
        out.push({ at: piece.at, name: name ? name[1] : data ? "data" : "comment", data: data || part });
      });
    });
    if (rest.trim()) out.push({ at: x.pieces[x.pieces.length - 1].at, name: "unfinished", data: rest });
    return out;
  }
  function isStream(x) {
    return (x.response.headers || []).some(function (h) { return /^content-type$/i.test(h[0]) && /event-stream/.test(h[1]); });
  }

  /* ---- differences between the sides ---- */
  function differences(path, a, b, out) {
    if (out.length > 200) return;
    if (a && b && typeof a === "object" && typeof b === "object" && Array.isArray(a) === Array.isArray(b)) {
      Object.keys(a).forEach(function (key) {
        if (!(key in b)) out.push(["lost", path + "/" + key, JSON.stringify(a[key])]);
        else differences(path + "/" + key, a[key], b[key], out);
      });
      Object.keys(b).forEach(function (key) { if (!(key in a)) out.push(["added", path + "/" + key, JSON.stringify(b[key])]); });
    } else if (JSON.stringify(a) !== JSON.stringify(b)) {
      out.push(["lost", path || "/", JSON.stringify(a)], ["added", path || "/", JSON.stringify(b)]);
    }
  }
  function parsed(text) { try { return JSON.parse(text); } catch (e) { return undefined; } }
  function bodies(a, b) {
    var left = parsed(a), right = parsed(b), out = [];
    if (a === b) return out;
    if (left !== undefined && right !== undefined) {
      differences("", left, right, out);
      if (!out.length) out.push(["added", "/", "the same JSON in other bytes: order, blanks, escapes or numbers"]);
    } else { out.push(["lost", "body", a.slice(0, 2000)], ["added", "body", b.slice(0, 2000)]); }
    return out;
  }
  function fields(a, b) {
    var out = [], left = {}, right = {};
    (a || []).forEach(function (h) { (left[h[0].toLowerCase()] = left[h[0].toLowerCase()] || []).push(h[1]); });
    (b || []).forEach(function (h) { (right[h[0].toLowerCase()] = right[h[0].toLowerCase()] || []).push(h[1]); });
    Object.keys(left).forEach(function (name) { if (String(left[name]) !== String(right[name] || "")) out.push(["lost", name, left[name].join(", ")]); });
    Object.keys(right).forEach(function (name) { if (String(right[name]) !== String(left[name] || "")) out.push(["added", name, right[name].join(", ")]); });
    return out;
  }
  function streams(up, down) {
    var a = events(up), b = events(down), out = [], at = 0, one;
    a.forEach(function (e) {
      for (one = at; one < b.length && !(b[one].name === e.name && b[one].data === e.data); one++);
      if (one === b.length) { out.push(["lost", e.name, e.data.slice(0, 400)]); return; }
      for (; at < one; at++) out.push(["added", b[at].name, b[at].data.slice(0, 400)]);
      at = one + 1;
    });
    for (; at < b.length; at++) out.push(["added", b[at].name, b[at].data.slice(0, 400)]);
    return out;
  }
  function differenceTable(title, rows, from, to) {
    if (!rows.length) return el("p", { class: "soft" }, title + ": alike");
    return el("div", { class: "difference" }, [el("h4", {}, title), el("table", {}, [el("thead", {}, el("tr", {}, [el("th", {}, ""), el("th", {}, "where"), el("th", {}, "what")]))].concat(
      el("tbody", {}, rows.map(function (row) {
        return el("tr", { class: row[0] }, [el("td", {}, row[0] === "lost" ? from : to), el("td", { class: "mono" }, row[1]), el("td", { class: "mono" }, String(row[2]).slice(0, 2000))]);
      }))))]);
  }

  /* ---- showing ---- */
  function tree(value, name, isOpen) {
    var keys = value && typeof value === "object" ? Object.keys(value) : null, one;
    if (!keys) return el("div", { class: "mono" }, (name === undefined ? "" : name + ": ") + JSON.stringify(value));
    one = el("details", {}, el("summary", { class: "mono" }, (name === undefined ? "" : name + ": ") + (Array.isArray(value) ? "[" + keys.length + "]" : "{" + keys.slice(0, 6).join(", ") + (keys.length > 6 ? ", \u2026" : "") + "}")));
    function fillIn() {
      if (one.children.length === 1) one.append(el("div", { class: "tree" }, keys.map(function (key) { return tree(value[key], key); })));
    }
    one.addEventListener("toggle", function () { if (one.open) fillIn(); });
    if (isOpen) {
      one.open = true;
      fillIn();
    }
    return one;
  }
  function body(title, text) {
    var value = parsed(text), top = value !== undefined ? tree(value, undefined, true) : null;
    if (!text) return el("p", { class: "soft" }, title + ": empty");
    return el("details", {}, [el("summary", {}, title + ", " + size(new TextEncoder().encode(text).length)), top, el("details", {}, [el("summary", { class: "soft" }, "as it was sent"), el("pre", {}, text.slice(0, 200000))])]);
  }
  function headers(title, head) {
    return el("details", {}, [el("summary", {}, title + ", " + (head.headers || []).length + " fields"),
      el("table", {}, el("tbody", {}, (head.headers || []).map(function (h) { return el("tr", {}, [el("th", {}, h[0]), el("td", { class: "mono" }, h[1])]); })))]);
  }
  function timeline(x) {
    var all = events(x), from = x.request.at || 0, most = 1;
    all.forEach(function (e, i) { e.gap = e.at - (i ? all[i - 1].at : from); most = Math.max(most, e.gap); });
    return el("details", { class: "time" }, [el("summary", {}, "Stream, " + all.length + " events" + (all.length > 500 ? ", of which 500 are shown" : "")), el("table", {}, el("tbody", {}, all.slice(0, 500).map(function (e) {
      var bar = el("span", { class: "gap", title: ms(e.gap / 1000) + " after the one before" });
      bar.style.width = (e.gap / most * 6).toFixed(2) + "rem";
      return el("tr", {}, [el("td", {}, ms((e.at - from) / 1000)), el("td", {}, bar), el("td", {}, e.name), el("td", { class: "mono" }, e.data.slice(0, 300))]);
    })))]);
  }
  function showExchange(r, x) {
    return el("div", { class: "exchange" }, [el("h3", {}, "At the " + side(r.actor) + ": " + (r.method || "") + " " + (r.target || "")),
      el("p", { class: "soft" }, (r.status || "no answer") + (x.response.reason ? " " + x.response.reason : "") + ", " + ms(r.took) + ", ended " + (r.end || "not yet") + (x.end && x.end.text ? ": " + x.end.text : "")),
      headers("Request head", x.request), body("Request body", x.asked), headers("Answer head", x.response),
      isStream(x) ? timeline(x) : body("Answer body", x.answered)]);
  }
  function pair(client, provider) {
    if (!client || !provider) return el("p", { class: "soft" }, client ? "It did not reach the provider." : "No request of the client belongs to it.");
    return el("div", { class: "differences" }, [el("h3", {}, "What differs between the sides"),
      differenceTable("Request fields", fields(client.request.headers, provider.request.headers), "client sent", "provider got"),
      differenceTable("Request body", bodies(client.asked, provider.asked), "client sent", "provider got"),
      client.response.status === provider.response.status ? el("p", { class: "soft" }, "Status: alike, " + client.response.status) : differenceTable("Status", [["lost", "status", provider.response.status], ["added", "status", client.response.status]], "provider said", "client got"),
      differenceTable("Answer fields", fields(provider.response.headers, client.response.headers), "provider said", "client got"),
      isStream(provider) || isStream(client) ? differenceTable("Events", streams(provider, client), "provider said", "client got") : differenceTable("Answer body", bodies(provider.answered, client.answered), "provider said", "client got")]);
  }
  function exchangesOf(run) {
    return Array.from(records.values()).filter(function (r) { return !r.case && r.run === run; });
  }
  function showAll(parts, run) {
    var all = exchangesOf(run);
    return Promise.all(all.map(function (r) { return get("/exchange/" + r.id).then(read, function () { return null; }); })).then(function (read_) {
      var clients = [], providers = [], i;
      all.forEach(function (r, k) { if (read_[k]) (r.actor[0] === "u" ? providers : clients).push({ r: r, x: read_[k] }); });
      for (i = 0; i < Math.max(clients.length, providers.length); i++) {
        parts.push(pair(clients[i] && clients[i].x, providers[i] && providers[i].x));
        parts.push(el("div", { class: "sides" }, [clients[i] ? showExchange(clients[i].r, clients[i].x) : el("div"), providers[i] ? showExchange(providers[i].r, providers[i].x) : el("div")]));
      }
      return parts;
    });
  }
  function showCase(r, text) {
    var c = JSON.parse(text);
    var parts = [el("h2", {}, [el("span", { class: "verdict " + c.verdict }, c.verdict), " " + c.id]), el("p", {}, c.title)];
    if (c.reason) parts.push(el("p", {}, c.reason));
    c.checks.forEach(function (k) {
      parts.push(el("div", { class: "check" }, [el("strong", {}, "not so: " + k.name), el("dl", {}, [].concat.apply([], ["wanted", "got", "difference"].filter(function (n) { return k[n]; }).map(function (n) { return [el("dt", {}, n), el("dd", {}, n === "difference" ? el("pre", {}, k[n]) : el("code", {}, k[n]))]; })))]));
    });
    if (c.verdict === "fail" && c.why) parts.push(el("p", { class: "soft" }, c.why));
    if (c.verdict === "fail" && c.fix) parts.push(el("p", {}, [el("strong", {}, "To mend it: "), c.fix]));
    return showAll(parts, r.run);
  }
  function open(id) {
    var r = records.get(id), parts;
    buttons.forEach(function (b, k) { b.setAttribute("aria-current", k === id); });
    current = id;
    parts = r.case ? get("/case/" + id).then(function (text) { return showCase(r, text); })
      : get("/exchange/" + id).then(function (text) {
        var others = exchangesOf(r.run).length;
        return r.run === "0000000000000000" || others < 2 ? [el("h2", {}, (r.method || "") + " " + (r.target || "")), showExchange(r, read(text))] : showAll([el("h2", {}, (r.method || "") + " " + (r.target || ""))], r.run);
      });
    return parts.then(function (all) {
      if (current !== id) return;
      detail.replaceChildren.apply(detail, all);
      detail.focus();
      detail.scrollTop = 0;
    }, function (why) { detail.replaceChildren(el("p", {}, why.message)); });
  }

  /* ---- what comes ---- */
  var source = new EventSource("/events"), state = document.getElementById("state");
  source.addEventListener("hello", function (event) {
    state.textContent = "live";
    state.className = "live";
    if (boot !== null && boot !== event.data) { records.clear(); buttons.clear(); caseIds.clear(); list.replaceChildren(); }
    boot = event.data;
  });
  source.onmessage = function (event) {
    var r = JSON.parse(event.data);
    r.fresh = true;
    if (r.case && caseIds.has(r.case.id) && caseIds.get(r.case.id) !== r.id) forget(caseIds.get(r.case.id));
    if (r.case) caseIds.set(r.case.id, r.id);
    hasCases = hasCases || !!r.case;
    records.set(r.id, r);
    soon();
  };
  source.onerror = function () { state.textContent = "it has ended, or is away; trying again"; state.className = ""; };
  form.addEventListener("input", search);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(search, 0); });
  document.getElementById("failing").addEventListener("click", function () { form.reset(); form.verdict.value = "fail"; search(); });
  list.addEventListener("keydown", function (event) {
    var step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key], item = event.target.closest("li");
    if (!step || !item) return;
    do item = item[step]; while (item && item.hidden);
    event.preventDefault();
    if (item) item.firstElementChild.focus();
  });
})();
