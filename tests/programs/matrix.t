#!/usr/bin/env bash
# Many results side by side: what is read and refused, what is distinguished,
# the history of one gateway, result files, and the page.
set -u
. "$(dirname "$0")/lib.sh"
matrix() { run "$bin/ccprobe" matrix "$@"; }

# report FILE GATEWAY VERSION DATE CASE...: a report as `run` writes it. A case
# is ID:DUTY:VERDICT; the verdicts other, left and broken become words of the
# matrix. A case that fails has the first cause.
report() {
	local file=$1 gateway=$2 version=$3 date=$4
	shift 4
	/usr/bin/python3 - "$gateway" "$version" "$date" "$@" >"$scratch/$file" <<'END'
import json, sys
gateway, version, date = sys.argv[1:4]
cases = []
for word in sys.argv[4:]:
    name, duty, verdict = word.split(":")
    case = {"id": name, "area": name.split("/")[0], "guards": [duty], "title": name, "checks": [],
            "verdict": {"other": "skip", "left": "undecided"}.get(verdict, verdict)}
    if verdict == "other":
        case["not_meant"] = True
    if verdict == "left":
        case["not_run"] = True
    if verdict == "fail":
        case.update(failed_level="must", failed_effect="breaks", reason="the client sees <529>", checks=[
            {"name": "it arrives", "verdict": "pass", "got": "1"},
            {"name": "the client sees <529>", "verdict": "fail", "wanted": "529", "got": "500 of " + name}])
        if duty != "ERR-02":
            case["cause"] = 1
    if verdict in ("undecided", "broken"):
        case["reason"] = "nothing arrived at the mock"
    cases.append(case)
cause = {"id": "status-changed:529", "kind": "status-changed", "change": "changed",
         "headline": "makes 529 <b>another</b> status: 3 of 3 answers", "duty": "ERR-01", "level": "must",
         "effect": "breaks", "fix": "Pass it on.", "count": 3, "of": 3, "cases": ["errors/kept/529"],
         "examples": [{"case": "errors/kept/529", "sent": "529", "got": "500"}]}
note = {"id": "key-order", "kind": "key-order", "headline": "sorts keys", "cases": [], "examples": []}
fails = any(c["verdict"] == "fail" for c in cases)
print(json.dumps({"version": 2, "ccprobe": "0.1.0", "target": "a target", "implementation": gateway,
    "implementation_version": version, "client": "2.1.332", "client_format": "messages", "provider": "messages",
    "date": date, "channel": "standard", "command": "ccprobe run --target x",
    "grade": {"letter": "C" if fails else "A", "score": 80 if fails else 100, "missing": "1 not decided"},
    "not_offered": [{"claim": "sign-in", "how": "seen", "without": "There is no /login."},
                    {"claim": "models", "how": "seen", "unseen": True}],
    "causes": [cause, note] if fails else [note], "cases": cases}))
END
}
report old.json 'Gate <One>' 1.0 2026-10-01 errors/kept/529:ERR-01:fail errors/kept/500:ERR-01:pass \
	stream/ends:SSE-03:pass auth/refusal:AUTH-06:pass
report new.json 'Gate <One>' 1.1 2026-11-01 errors/kept/529:ERR-01:pass errors/kept/500:ERR-01:pass \
	stream/ends:SSE-03:fail auth/refusal:AUTH-06:pass errors/own:ERR-02:fail
report two.json Two 2.0 2026-11-02 errors/kept/529:ERR-01:pass stream/ends:SSE-03:undecided \
	auth/refusal:AUTH-06:skip errors/own:ERR-02:other cancel/left:CANCEL-01:left body/x:BODY-01:broken

# ---- what is distinguished ----

matrix "$scratch/old.json" "$scratch/new.json" "$scratch/two.json"
is 0 'Markdown on stdout' out '| 1 | [Gate &lt;One&gt; 1.1](#result-1) | Claude Code 2.1.332 | 2026-11-01 | C, partial | 80 |' \
	out '(older)' out '| errors | **1 of 3** | **1 of 2** | pass |' \
	out '| auth | pass | pass | not offered |' out '| cancel | not tested | not tested | not tested |' \
	out '| stream | **1 of 1** | pass | 1 undecided |' out '| body | not tested | not tested | 1 undecided |'
has out 'Since Gate &lt;One&gt; 1.0 of 2026-10-01: cases that fail now: 1 (`stream/ends`); that pass now: 1 (`errors/kept/529`).'
result $? 'what a version changed'
has out 'makes 529 &lt;b&gt;another&lt;/b&gt; status' && has out 'No cause explains `errors/own`.' &&
	has out 'Not decided: `body/x`, `stream/ends`.' && has out 'Not offered: `sign-in`.' && has out '    ccprobe run --target x'
result $? 'causes, what has none, what is undecided, not offered, and how to repeat it'

matrix "$scratch/old.json" "$scratch/new.json" "$scratch/two.json" --report json
is 0 'as JSON'
state() { # of DUTY in result INDEX
	/usr/bin/python3 -c '
import json, sys
print(json.load(open(sys.argv[1]))["results"][int(sys.argv[3])]["duties"][sys.argv[2]]["state"])' "$scratch/json" "$1" "$2"
}
cp "$scratch/out" "$scratch/json"
for row in ERR-01:2:pass ERR-02:2:not-meant AUTH-06:2:not-offered CANCEL-01:2:not-tested SSE-03:2:undecided \
	BODY-01:2:undecided BODY-01:0:not-tested SSE-03:0:fail ERR-01:1:fail; do
	IFS=: read -r duty index want <<<"$row"
	[ "$(state "$duty" "$index")" = "$want" ] || echo "$row: $(state "$duty" "$index")"
done >"$scratch/out"
[ ! -s "$scratch/out" ]
result $? 'not offered, for others, not tested and undecided are four things'
/usr/bin/python3 -c '
import json, sys
import jsonschema
schema, document = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:])
jsonschema.Draft7Validator.check_schema(schema)
jsonschema.Draft7Validator(schema).validate(document)' "$root/docs/schema/matrix.schema.json" "$scratch/json" \
	>"$scratch/out" 2>"$scratch/err"
result $? 'the JSON is what its schema says'

matrix "$scratch/old.json" "$scratch/new.json" "$scratch/two.json" --gateway 'GATE <' --area stream
is 0 'one gateway, one area' out '| stream |' out '(older)'
! has out Two && ! has out '| errors |'
result $? 'and nothing else'
matrix "$scratch/two.json" --duty err-01
is 0 'one duty' out '| errors | pass |'
! has out '| stream |'
result $? 'and no other one'

# ---- what is refused ----

matrix
is 2 'no file' err 'a report of `ccprobe run --report json=FILE`, a result file or a folder'
matrix "$scratch/none.json"
is 2 'a file that is not there' err "$scratch/none.json: No such file"
mkdir "$scratch/empty"
matrix "$scratch/empty"
is 2 'a folder without results' err 'there is no .json file in it'
echo '{"cases":[]}' >"$scratch/odd.json"
matrix "$scratch/odd.json"
is 2 'a file that is no result' err 'neither a report of'
echo '{"version":9,"cases":[]}' >"$scratch/odd.json"
matrix "$scratch/odd.json"
is 2 'a report of a later format' err 'reads formats 1 to 2'
report twice.json Two 2.0 2026-11-02 a/b:ERR-01:pass a/b:ERR-01:pass
matrix "$scratch/twice.json"
is 2 'a case that is there twice' err "the case 'a/b' is in it twice"
matrix --report pdf "$scratch/new.json"
is 2 'a format that there is not' err "no format 'pdf'; there are: html, json, markdown"
matrix --report html= "$scratch/new.json"
is 2 'a report without a file' err 'a file is missing'
matrix --gateway nobody "$scratch/new.json"
is 2 'a gateway that there is not' err 'no result has a gateway of this name'
matrix --area nowhere "$scratch/new.json"
is 2 'an area that there is not' err '`ccprobe list` shows both'
matrix --store "$scratch" --report html "$scratch/new.json"
is 2 'two things at once' err '--store and --report exclude each other'

# ---- result files ----

matrix --store "$scratch/results" "$scratch/new.json" --reproduce 'targets/x/install' --reproduce 'ccprobe run --target x'
is 0 'a report becomes a result file' out "$scratch/results/gate-one-1.1-2.1.332-2026-11-01.json"
file=$scratch/results/gate-one-1.1-2.1.332-2026-11-01.json
matrix --store "$scratch/again" "$file"
cmp -s "$file" "$scratch/again/${file##*/}"
result $? 'which becomes itself'
matrix --store "$scratch/results" "$scratch/two.json" "$scratch/old.json"
for what in json html; do
	"$bin/ccprobe" matrix --report "$what" "$scratch/results" >"$scratch/short"
	"$bin/ccprobe" matrix --report "$what" "$scratch/new.json" "$scratch/two.json" "$scratch/old.json" |
		sed 's|"reproduce":\["ccprobe run --target x"\]|"reproduce":["targets/x/install","ccprobe run --target x"]|
			s|<pre>ccprobe run|<pre>targets/x/install\nccprobe run|' >"$scratch/whole"
	diff "$scratch/whole" "$scratch/short"
done 2>&1 | grep -c '^[<>]' >"$scratch/out"
[ "$(cat "$scratch/out")" -le 12 ]
result $? 'and says what the report says, but for how to repeat it'
/usr/bin/python3 -c '
import json, sys
import jsonschema
schema, document = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:])
jsonschema.Draft7Validator.check_schema(schema)
jsonschema.Draft7Validator(schema).validate(document)' "$root/docs/schema/result.schema.json" "$file" >"$scratch/out" 2>"$scratch/err"
result $? 'it is what its schema says'

run "$bin/ccprobe" lint "$scratch/results"/*.json
is 0 'lint knows them' out '3 result files, no errors'
wrong() { # TITLE MESSAGE SED: the result file so changed is refused
	sed "$3" "$file" >"$scratch/wrong/${file##*/}"
	run "$bin/ccprobe" lint "$scratch/wrong/${file##*/}"
	is 2 "lint: $1" err "$2"
}
mkdir "$scratch/wrong"
wrong 'a grade that cannot be' 'grade A, but a must-case of effect breaks or exposes fails' 's/"letter":"C"/"letter":"A"/'
wrong 'a name of another run' 'the file has to be named gate-one-1.2-2.1.332-2026-11-01.json' 's/"version": "1.1"/"version": "1.2"/'
wrong 'a date that is none' "'yesterday' is no date such as 2026-11-30" 's/"date": "[^"]*"/"date": "yesterday"/'
wrong 'a cause that is not there' "no cause has the id 'status-changed:42'" 's/"cause":"[^"]*"/"cause":"status-changed:42"/'
wrong 'a verdict that is none' "no verdict 'passes'; there are: pass, fail" 's/"auth\/refusal":"pass"/"auth\/refusal":"passes"/'
wrong 'no way to repeat it' 'reproduce' 's/"reproduce": \[[^]]*\]/"reproduce": []/'
wrong 'a member that is not known' "unknown key 'gate'" 's/"gateway":/"gate":/'
run "$bin/ccprobe" lint "$scratch/new.json"
is 2 'lint: a whole report is none'

# ---- what is committed ----

run "$bin/ccprobe" lint "$root"/docs/matrix/results/*.json
is 0 'the committed results are sound' out 'result files, no errors'
"$bin/ccprobe" matrix --suite "$root" "$root/docs/matrix/results" >"$scratch/page"
titles() { grep -E '^(## |\| [0-9]+ )' "$1"; }
titles "$root/docs/matrix/README.md" | diff - <(titles "$scratch/page") >"$scratch/out"
result $? 'docs/matrix/README.md has these results and no others'
for name in $(sed -n 's/^## [0-9]*\. //p' "$scratch/page" | tr ' ' '_'); do
	grep -qF "<h3>$(tr '_' ' ' <<<"$name" | sed 's/\\//g')</h3>" "$root/docs/matrix/index.html" || echo "$name"
done >"$scratch/out"
[ ! -s "$scratch/out" ] && [ "$(grep -c '^<details class="result"' "$root/docs/matrix/index.html")" -ge 10 ]
result $? 'and so has the page'
size=$(cat "$root"/docs/matrix/index.html "$root"/docs/matrix/README.md "$root"/docs/matrix/results/* | wc -c)
[ "$((size / $(ls "$root/docs/matrix/results" | wc -l)))" -lt 95000 ]
result $? 'all of it is below 95 kB a result'

# ---- the page ----

page=$scratch/matrix.html
matrix --report "html=$page" "$scratch/old.json" "$scratch/new.json" "$scratch/two.json" --suite "$root"
is 0 'the page is written'
grep -qF 'makes 529 &lt;b&gt;another&lt;/b&gt; status' "$page" && ! grep -q '<b>another' "$page"
result $? 'what a report says is no markup'
run /usr/bin/python3 - "$page" <<'END'
import sys
from html.parser import HTMLParser

class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.bad = [], [], [], []
    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if "id" in a:
            self.ids.append(a["id"])
        if "src" in a or (tag == "link" and not a["href"].startswith("data:")):
            self.bad.append("loads " + str(a))
        if tag == "a":
            self.links.append(a["href"][1:])
        if tag in ("select", "input") and "label" not in self.open:
            self.bad.append(tag + " without a label")
        if tag not in ("meta", "link", "input", "br"):
            self.open.append(tag)
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.bad.append("</%s> closes another at %s" % (tag, self.getpos()))

page = Page()
page.feed(open(sys.argv[1], encoding="utf-8").read())
page.close()
page.bad += ["never closed: " + one for one in page.open]
page.bad += ["an id stands twice: " + one for one in set(page.ids) if page.ids.count(one) > 1]
page.bad += ["leads nowhere: #" + one for one in page.links if one not in page.ids]
print("\n".join(page.bad))
sys.exit(bool(page.bad))
END
is 0 'it is well formed, loads nothing, labels what it asks, and every cell leads somewhere'

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
if [ -z "$browser" ]; then
	count=$((count + 1))
	echo "ok $count - in a browser # SKIP there is no Chromium"
	end
fi

# browse FILE [WIDTH]: the page as it is after its scripts ran, in out
browse() {
	run timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
		--disable-background-networking --user-data-dir="$scratch/profile" --enable-logging=stderr \
		--window-size="${2:-1280},900" --dump-dom "file://$1"
}
# script FILE: a copy of the page with the script on stdin after its own
script() {
	sed '$d' "$page" | sed '$d' >"$1"
	{ echo '<script>'; cat; echo '</script></body></html>'; } >>"$1"
}

script "$scratch/use.html" <<'END'
var form = document.getElementById("filters"), said = [], panel = document.getElementById("panel");
function shown(what) {
  return Array.prototype.filter.call(document.querySelectorAll(what), function (one) { return one.offsetParent !== null; });
}
function set(name, value) {
  form.reset();
  if (form[name].type === "checkbox") form[name].checked = value; else form[name].value = value;
  form.dispatchEvent(new Event("input"));
}
function duties() { return document.getElementById("count").textContent.split(" ")[0]; }
function press(key) { document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: key, bubbles: true })); }
set("area", "errors"); said.push("area=" + duties());
set("duty", "sse-03"); said.push("duty=" + duties());
set("rows", "fail"); said.push("fail=" + duties());
set("rows", "undecided"); said.push("undecided=" + duties());
set("rows", "differ"); said.push("differ=" + duties());
set("gateway", "two"); said.push("gateway=" + shown(".results tbody tr").length + "," + shown(".matrix tbody td").length);
set("gateway", ""); said.push("new=" + shown(".results tbody tr").length);
set("old", true); said.push("old=" + shown(".results tbody tr").length);
set("gateway", "");
document.querySelectorAll(".results .sort")[4].click();
said.push("sorted=" + document.querySelector(".results tbody th").textContent.slice(0, 4));
document.querySelectorAll(".matrix .tall")[3].click();
said.push("worst=" + document.querySelectorAll(".matrix")[1].tBodies[0].rows[0].cells[0].textContent.slice(0, 6));
document.querySelectorAll(".matrix")[1].querySelector(".first .sort").click();
shown("a.cell.fail")[0].focus();
document.activeElement.click();
said.push("open=" + panel.open + "," + /2026-11-01/.test(panel.textContent) + "," + /500 of errors.own/.test(panel.textContent));
panel.close();
shown("a.cell.fail")[0].focus();
press("ArrowDown");
said.push("walk=" + document.activeElement.hash);
document.body.setAttribute("data-said", said.join(";"));
END
browse "$scratch/use.html"
is 0 'it filters, sorts, opens a red cell, and is walked by keys' out \
	'data-said="area=2;duty=1;fail=2;undecided=2;differ=4;gateway=1,' out 'new=2;old=3;sorted=Gate;worst=ERR-02;open=true,true,true;walk=#r0-SSE-03"'
! grep -q CONSOLE "$scratch/err"
result $? 'and the console says nothing'

script "$scratch/narrow.html" <<'END'
document.querySelectorAll("details").forEach(function (one) { one.open = true; });
var wide = Array.prototype.filter.call(document.querySelectorAll("main *, header *"), function (one) {
  var box = one.getBoundingClientRect();
  return box.width > 0 && box.right > 390 && !one.parentNode.closest(".wide");
});
document.body.setAttribute("data-wide", wide.length ? wide[0].outerHTML.slice(0, 80) : "fits");
END
sed -i 's/<meta name="viewport"[^>]*>/<style>html { width: 390px; }<\/style>/' "$scratch/narrow.html"
browse "$scratch/narrow.html" 500
is 0 'nothing is wider than a phone' out 'data-wide="fits"'
end
