#!/usr/bin/env bash
# The live page in a browser: a failing case is found, opened and understood in
# three clicks, while the run goes on. The browser's clicks are those of a script
# that inspect-proxy.py puts into the page. Needs Chromium.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/gateways.sh"

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
	echo "1..0 # SKIP there is no Chromium"
	exit 0
}

# What a person does, and what is on the screen then. `click` counts.
cat >"$scratch/tools.js" <<'END'
var clicks = 0;
function click(one) { clicks++; one.click(); }
function shown(what) {
  return Array.prototype.filter.call(document.querySelectorAll(what), function (one) { return one.offsetParent !== null; });
}
function wait(test) {
  return new Promise(function (done) {
    (function again() {
      var value = test();
      if (value) done(value);
      else setTimeout(again, 30);
    })();
  });
}
function detail() { return document.getElementById("detail").innerText; }
function say(words) {
  return fetch("/said", { method: "POST", body: words.concat([document.documentElement.scrollWidth > window.innerWidth ? "too wide" : "fits"]).join("\n") });
}
setTimeout(function () { say(["late", document.getElementById("list").innerText.slice(0, 500), detail().slice(0, 1500)]); }, 40000);
window.onerror = function (why) { say(["error: " + why]); };
window.onunhandledrejection = function (event) { say(["error: " + event.reason]); };
END

# look URL WIDTH: the script on stdin in a browser; in out what it says
look() {
	cat "$scratch/tools.js" - >"$scratch/script.js"
	/usr/bin/python3 "$root/tests/extra/inspect-proxy.py" "$1" "$scratch/script.js" >"$scratch/said" &
	local proxy=$!
	servers+=($proxy)
	until_true grep -q '^listening on' "$scratch/said"
	timeout 90 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking \
		--user-data-dir="$scratch/profile" --remote-debugging-port=0 --window-size="$2,900" \
		"$(sed -n 's/^listening on //p' "$scratch/said")" >/dev/null 2>"$scratch/err" &
	local chromium=$!
	servers+=($chromium)
	patience=60 until_true grep -qE '^(fits|too wide)$' "$scratch/said"
	status=$?
	kill "$chromium" "$proxy" 2>/dev/null
	wait "$chromium" "$proxy" 2>/dev/null
	sed 1d "$scratch/said" >"$scratch/out"
}

CCPROBE_FAULT=drops-beta "$bin/ccprobe" run --target "$root/tests/faults/target.json" --inspect 127.0.0.1:0 \
	'headers/*' 'stream/*' >"$scratch/run" 2>&1 &
servers+=($!)
probe=$!
until_true grep -q 'inspect on' "$scratch/run"
result $? 'the page is there before the run is over'
page=$(sed -n 's/^ccprobe: inspect on //p' "$scratch/run")

look "$page" 1280 <<'END'
wait(function () { return shown("#list .verdict.fail").length > 0 && shown("#list .verdict.pass").length > 0; }).then(function () {
  click(document.getElementById("failing"));
  return wait(function () { return shown("#list button").length && shown("#list .pass").length === 0; });
}).then(function () {
  click(shown("#list button")[0]);
  return wait(function () { return shown(".differences").length; });
}).then(function () {
  return say([clicks + " clicks", /headers\//.test(detail()) && "a case", /not so: /.test(detail()) && "its check",
    /To mend it/.test(detail()) && "the fix", /client sent\s+anthropic-beta/.test(detail()) && "what was lost",
    /Request body: alike/.test(detail()) && "what was not"]);
});
END
is 0 'a failing case is found, opened and understood in three clicks' out '2 clicks' out 'a case' out 'its check' \
	out 'the fix' out 'what was lost' out 'what was not'
has out fits
result $? 'nothing is wider than the window'

look "$page" 1280 <<'END'
wait(function () { return shown("#list .verdict.pass").length > 3; }).then(function () {
  var form = document.getElementById("filters");
  form.text.value = "stream/after-its-block";
  form.text.dispatchEvent(new Event("input", { bubbles: true }));
  return wait(function () { return shown("#list .verdict").length >= 1 && shown("#list .verdict").length < 5; });
}).then(function () {
  click(shown("#list button")[0]);
  return wait(function () { return shown(".exchange").length >= 2; });
}).then(function () {
  var stream = shown(".exchange details.time summary")[0];
  click(stream);
  shown(".exchange > details:not(.time) > summary").forEach(function (one) { one.click(); });
  return wait(function () { return shown(".exchange td").length > 5 && /messages: \[/.test(detail()); });
}).then(function () {
  return say([/message_start/.test(detail()) && "events", / \u00b5s| ms/.test(detail()) && "times", /anthropic-version/.test(detail()) && "fields",
    /<credential, /.test(detail()) && "digits for credentials", /messages: \[/.test(detail()) && "a folded body",
    shown("#list .verdict").length + " listed"]);
});
END
is 0 'a case is found by words; heads, bodies and the timeline of its stream unfold' out events out times out fields \
	out 'digits for credentials' out 'a folded body'
kill -INT "$probe"
wait "$probe"

serve mock "$bin/ccmock" --listen 127.0.0.1:0 --inspect 127.0.0.1:0
mock=$url
IFS= read -r line <&9
page=${line##* }
post() { curl -s -m 20 "$mock/v1/messages" -d '{"model":"m","max_tokens":5,"stream":true,"messages":[{"role":"user","content":"'"$1"'"}]}' >/dev/null; }
post first
# The page itself sends the second request, when the first is on the screen.
look "$page" 500 <<END
wait(function () { return shown("#list button").length === 1; }).then(function () {
  return fetch("$mock/v1/messages", { method: "POST", mode: "no-cors", body: JSON.stringify({ model: "m", max_tokens: 5, messages: [{ role: "user", content: "second" }] }) });
}).then(function () {
  return wait(function () { return shown("#list button").length >= 2; });
}).then(function () {
  click(shown("#list button")[0]);
  return wait(function () { return shown(".exchange").length === 1; });
}).then(function () {
  return say(["it came by itself", /At the provider: POST \/v1\/messages/.test(detail()) && "opened"]);
});
END
is 0 'ccmock: a request appears by itself, on a narrow screen too' out 'it came by itself' out opened out fits
kill -TERM "$server"
end
