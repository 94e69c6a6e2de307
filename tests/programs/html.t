#!/usr/bin/env bash
# The HTML report: its structure by a parser, and in a headless Chromium where
# there is one: it opens without an error, filters, and opens a case by its
# address.
set -u
. "$(dirname "$0")/lib.sh"
page=$scratch/report.html

"$bin/golden-show" html >"$page"
"$bin/golden-show" html large >"$scratch/large.html"

# Elements are closed in order, ids are unique, links inside lead somewhere,
# form fields have labels, and nothing is loaded.
run python3 - "$page" <<'END'
import sys
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br"}

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
        if tag == "a" and a["href"].startswith("#"):
            self.links.append(a["href"][1:])
        if tag in ("select", "input") and "label" not in self.open:
            self.bad.append(tag + " without a label")
        if tag == "svg" and not a.get("aria-label"):
            self.bad.append("a picture without a name")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.bad.append("</%s> closes another at %s" % (tag, self.getpos()))

text = open(sys.argv[1], encoding="utf-8").read()
page = Page()
page.feed(text)
page.close()
if page.open:
    page.bad.append("never closed: %s" % page.open)
if len(set(page.ids)) != len(page.ids):
    page.bad.append("an id stands twice")
page.bad += ["leads nowhere: #" + one for one in page.links if one not in page.ids]
if "alert(1)</script>" in text:
    page.bad.append("what a gateway sent became markup")
print("\n".join(page.bad))
sys.exit(bool(page.bad))
END
is 0 'the page is well formed, loads nothing, and labels what it asks'
grep -qF '&lt;script&gt;alert(1)' "$page" && grep -qF '<del class="in">,two-2025-02-02</del>' "$page"
result $? 'both sides of a request, with what was lost marked'
grep -q 'class="alone"' "$page" && grep -q 'class="tie late"' "$page"
result $? 'a lost ping and a late end can be seen in the timeline'
before() { [ "$(grep -nF -m1 "$1" "$page" | cut -d: -f1)" -lt "$(grep -nF -m1 "$2" "$page" | cut -d: -f1)" ]; }
before 'id="cause-1"' '<h2>Areas</h2>' && before 'href="#sessions/edit/2.1.100"' '<h2>Areas</h2>' &&
	grep -qF 'By cause 1: <a href="#cause-1">' "$page"
result $? 'causes stand on top, lead to their cases, and cases lead back'
grep -qF 'prefers-color-scheme: dark' "$page" && grep -qF 'max-width: 46rem' "$page"
result $? 'dark, and for phones'
[ "$(wc -c <"$scratch/large.html")" -lt 3000000 ] && grep -qF 'evidence was left out' "$scratch/large.html"
result $? '400 failures are below 3 MB, and the page says what it left out'

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
if [ -z "$browser" ]; then
	count=$((count + 1))
	echo "ok $count - in a browser # SKIP there is no Chromium"
	end
fi

# browse FILE [#ADDRESS]: the page as it is after its scripts ran, in out; what
# the console says, in err.
browse() {
	run timeout 120 "$browser" --headless --no-sandbox --disable-gpu \
		--disable-dev-shm-usage --disable-background-networking \
		--user-data-dir="$scratch/profile" --enable-logging=stderr \
		--dump-dom "file://$1${2-}"
}

# script FILE: a copy of the page with the script on stdin behind its own.
script() {
	sed '$d' "$page" | sed '$d' >"$1"
	{
		echo '<script>'
		cat
		echo '</script></body></html>'
	} >>"$1"
}

browse "$page"
is 0 'Chromium opens it' out '9 of 9 cases'
! grep -q CONSOLE "$scratch/err"
result $? 'and the console says nothing'
! grep -q 'class="nojs"' "$scratch/out"
result $? 'the script runs'

script "$scratch/filter.html" <<'END'
var form = document.getElementById("filters"), said = [];
function set(name, value) {
  form.reset();
  form[name].value = value;
  form.dispatchEvent(new Event("input"));
  said.push(name + "=" + document.getElementById("count").textContent);
}
set("verdict", "pass");
set("area", "errors");
set("level", "should");
set("cause", "1");
set("cause", "none");
set("text", "NOT REACH the mock");
document.body.setAttribute("data-said", said.join(";"));
END
browse "$scratch/filter.html"
is 0 'it filters by verdict, area, level, cause and text' out \
	'verdict=2 of 9 cases;area=3 of 9 cases;level=1 of 9 cases;cause=2 of 9 cases;cause=1 of 9 cases;text=1 of 9 cases'

browse "$page" '#errors/wording-kept'
grep -q '<details class="case" id="errors/wording-kept"[^>]* open=""' "$scratch/out"
result $? 'the address of a case opens it'

script "$scratch/narrow.html" <<'END'
document.querySelectorAll("details").forEach(function (one) { one.open = true; });
var frame = document.documentElement;
document.body.setAttribute("data-wide", frame.scrollWidth > frame.clientWidth);
END
run timeout 120 "$browser" --headless --no-sandbox --disable-gpu \
	--disable-dev-shm-usage --disable-background-networking \
	--user-data-dir="$scratch/profile" --window-size=500,900 \
	--dump-dom "file://$scratch/narrow.html"
is 0 'nothing is wider than a narrow window' out 'data-wide="false"'

end
