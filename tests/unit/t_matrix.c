/*
 * probe/matrix: results side by side in each form, and what is refused.
 * tests/golden/matrix.txt has the forms, which UPDATE_GOLDEN=1 writes anew.
 */
#include "golden_kit.h"

#include <stdio.h>
#include <string.h>

#include "probe/matrix/matrix_page.h"
#include "probe/matrix/matrix_private.h"
#include "wire/bytes/mem.h"

#define GOLDEN CCPROBE_SOURCE_DIR "/tests/golden/matrix.txt"

static char *folder;

static int set_up(void **state)
{
	(void)state;
	assert_int_equal(scratch_new(&folder, NULL), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_free(folder);
	return 0;
}

static char *path_of(const char *name)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&path, "%s/%s", folder, name);
	return buf_take(&path, NULL);
}

/* ' stands for " in what follows, and these for longer words. */
static void put_file(const char *name, const char *text)
{
	static const char *const words[][2] = {
		{ "'V'", "'verdict'" },      { "'G'", "'guards'" },
		{ "'L'", "'failed_level'" }, { "'E'", "'failed_effect'" },
		{ "'H'", "'headline'" },     { "'", "\"" },
	};
	struct buf all = BUF_INIT(BUF_NO_LIMIT), many = BUF_INIT(BUF_NO_LIMIT);

	for (unsigned i = 0; i < 46; i++)
		buf_addf(&many,
			 "%s{'id':'many/%02u','G':['MANY-01'],'V':'fail',"
			 "'L':'must','E':'breaks','reason':'so','cause':4}",
			 i > 0 ? "," : "", i);
	buf_add_text(&all, text);
	buf_replace(&all, "@MANY", buf_str(&many));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		buf_replace(&all, words[i][0], words[i][1]);
	assert_int_equal(scratch_write(folder, name, buf_span(&all), NULL), 0);
	buf_clear(&all);
	buf_clear(&many);
}

static int read_file(struct matrix_result *r, const char *name, struct fail *f)
{
	char *path = path_of(name);
	int rc = matrix_result_read(r, path, f);

	free(path);
	return rc;
}

/* ---- reports ---- */

#define HEAD(version, date) \
	"'version':2,'ccprobe':'0.9','target':'t','implementation':" \
	"'Gate <One>','implementation_version':'" version "'," \
	"'client':'2.1.332','client_format':'messages'," \
	"'provider':'messages','date':'" date "','channel':'standard'"
#define CASE(id, duty, verdict, more) \
	"{'id':'" id "','G':['" duty "','X-99'],'V':'" verdict "'" more "}"
#define FAILS(level, effect, more) \
	",'L':'" level "','E':'" effect "','reason':'it <is> so'" more
#define CAUSE(id, level, effect, more) \
	"{'id':'" id "','H':'makes <b> of " id "','level':'" level \
	"','effect':'" effect "'" more "}"

static const char *const new_causes[] = {
	CAUSE("one", "must", "breaks",
	      ",'duty':'ERR-01','fix':'Pass <it> on.','examples':["
	      "{'case':'a/0','sent':'','got':''},{'case':'a/0'},"
	      "{'case':'a/1','sent':'<529>'},{'case':'a/2','got':'2'}]"),
	CAUSE("two", "may", "cosmetic",
	      ",'examples':[{'case':'b','sent':'','got':'<500>'}]"),
	"{'id':'note','H':'sorts keys'}",
	CAUSE("three", "should", "costs", ",'duty':'NOT-01'"),
	NULL,
};

static const char *const new_cases[] = {
	CASE("errors/kept/529", "ERR-01", "fail",
	     FAILS("should", "costs",
		   ",'cause':1,'checks':[{'V':'pass','got':'0'},"
		   "{'V':'fail','got':'<500>'},{'V':'fail','got':'501'}]")),
	CASE("errors/kept/500", "ERR-01", "fail",
	     FAILS("must", "breaks", ",'cause':1")),
	CASE("errors/kept/502", "ERR-01", "fail",
	     FAILS("may", "cosmetic", ",'cause':2")),
	CASE("errors/kept/503", "ERR-01", "fail",
	     FAILS("may", "cosmetic", ",'cause':0")),
	CASE("errors/kept/504", "ERR-01", "pass", ",'reason':'never shown'"),
	CASE("errors/own", "ERR-02", "fail",
	     FAILS("may", "degrades",
		   ",'cause':9,'checks':[{'V':'fail','got':'x',"
		   "'difference':'lost </a>'}]")),
	CASE("errors/mended", "ERR-03", "pass", ""),
	CASE("errors/other", "ERR-04", "undecided",
	     ",'reason':'nothing <came>'"),
	CASE("stream/ends", "SSE-03", "pass", ""),
	CASE("stream/worse", "SSE-04", "fail",
	     FAILS("must", "exposes", ",'cause':4")),
	CASE("body/x", "BODY-01", "broken", ""),
	CASE("auth/refusal", "AUTH-06", "skip", ""),
	CASE("auth/other", "AUTH-07", "skip", ",'not_meant':true"),
	CASE("cancel/left", "CANCEL-01", "undecided", ",'not_run':true"),
	"{'id':'bare','V':'pass'}",
	"@MANY",
	NULL,
};

static const char *const old_cases[] = {
	CASE("errors/kept/529", "ERR-01", "pass", ""),
	CASE("errors/kept/500", "ERR-01", "fail", FAILS("must", "breaks", "")),
	CASE("errors/mended", "ERR-03", "fail", FAILS("may", "costs", "")),
	CASE("errors/other", "ERR-04", "fail", FAILS("may", "costs", "")),
	CASE("stream/ends", "SSE-03", "undecided", ""),
	CASE("stream/worse", "SSE-04", "undecided", ""),
	CASE("auth/refusal", "AUTH-06", "pass", ""),
	CASE("only/then", "OLD-01", "fail", FAILS("may", "costs", "")),
	NULL,
};

/* As in the old ones. */
static const char *const older_cases[] = {
	CASE("errors/kept/529", "ERR-01", "pass", ""),
	CASE("errors/kept/500", "ERR-01", "fail", FAILS("must", "breaks", "")),
	NULL,
};

/* Without a cause, exactly as many as are shown. */
static const char *const six_cases[] = {
	CASE("six/0", "SIX-01", "fail", FAILS("must", "breaks", "")),
	CASE("six/1", "SIX-01", "fail", FAILS("must", "breaks", "")),
	CASE("six/2", "SIX-01", "fail", FAILS("must", "breaks", "")),
	CASE("six/3", "SIX-01", "fail", FAILS("must", "breaks", "")),
	CASE("six/4", "SIX-01", "fail", FAILS("must", "breaks", "")),
	CASE("six/5", "SIX-01", "fail", FAILS("must", "breaks", "")),
	NULL,
};

static const char *const one_case[] = { CASE("a/b", "ERR-01", "pass", ""),
					NULL };
static const char *const none[] = { NULL };

#define SPARSE(format) \
	"'version':1,'target':'gate <one>','provider':'" format "'"

static const struct file {
	const char *name, *head;
	const char *const *causes, *const *cases;
} files[] = {
	{ "new.json",
	  HEAD("1.1", "2026-11-01") ",'command':'ccprobe run\\n  --target x',"
				    "'grade':{'letter':'C','score':80,"
				    "'missing':'1 <not> decided'},"
				    "'not_offered':[{'claim':'sign-in',"
				    "'without':'No </login>.'},"
				    "{'claim':'seen','unseen':true},"
				    "{'claim':'bare'}]",
	  new_causes, new_cases },
	{ "old.json",
	  HEAD("1.0", "2026-10-01") ",'command':'ccprobe run',"
				    "'grade':{'letter':'A','score':100}",
	  none, old_cases },
	{ "older.json", HEAD("0.9", "2026-09-01"), none, older_cases },
	{ "chat.json", SPARSE("openai-chat") ",'client_format':'bedrock'", none,
	  six_cases },
	{ "responses.json",
	  SPARSE("openai-responses") ",'client_format':'vertex',"
				     "'client':'2.1.9',"
				     "'implementation_version':''",
	  none, six_cases },
	{ "vertex.json", SPARSE("vertex") ",'client_format':'other'", none,
	  six_cases },
	{ "bedrock.json", SPARSE("bedrock") ",'client':'2.1.10'", none,
	  six_cases },
	{ "one.json", "'version':2,'target':'A'", none, one_case },
};

static void add_list(struct buf *out, const char *name, const char *const *list)
{
	buf_addf(out, ",'%s':[", name);
	for (size_t i = 0; list[i]; i++)
		buf_addf(out, "%s%s", i > 0 ? "," : "", list[i]);
	buf_add_byte(out, ']');
}

static void put_report(const struct file *file)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&text, "{%s", file->head);
	add_list(&text, "causes", file->causes);
	add_list(&text, "cases", file->cases);
	buf_add_byte(&text, '}');
	put_file(file->name, buf_str(&text));
	buf_clear(&text);
}

enum { FILES = sizeof(files) / sizeof(files[0]) };

static void read_all(struct matrix *m, const struct matrix_filter *filter)
{
	static struct requirement duties[] = {
		{ .id = (char *)"ERR-01", .text = (char *)"Errors <stay>." },
		{ .id = (char *)"SSE-04", .text = (char *)"Streams go on." },
	};
	struct matrix_result *list = xcalloc(FILES, sizeof(*list));
	size_t count = FILES;

	for (size_t i = 0; i < FILES; i++) {
		struct fail f = FAIL_INIT;

		put_report(&files[i]);
		if (read_file(&list[i], files[i].name, &f) < 0)
			fail_msg("%s", f.text);
	}
	matrix_join(m, &list, &count, filter);
	assert_null(list);
	assert_int_equal(count, 0);
	m->requirements = duties;
	m->requirement_count = 2;
}

/* The page without its style and its script. */
static void cut_out(struct buf *page, const char *what)
{
	size_t at = span_find(buf_span(page), span_of(what));

	assert_int_not_equal(at, SIZE_MAX);
	buf_splice(page, at, strlen(what), "...\n", 4);
}

static void add_forms(const struct matrix *m, struct buf *all)
{
	struct buf page = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(all, "==== Markdown\n");
	matrix_markdown_write(m, all);
	buf_add_text(all, "==== JSON\n");
	matrix_json_write(m, all);
	buf_add_text(all, "==== HTML\n");
	matrix_html_write(m, &page);
	cut_out(&page, matrix_css);
	cut_out(&page, matrix_js);
	buf_add_span(all, buf_span(&page));
	buf_replace(all, CCPROBE_VERSION, "VERSION");
	buf_clear(&page);
}

static void t_forms(void **state)
{
	static const struct matrix_filter filters[] = {
		{ .gateway = "GATE <one" },
		{ .gateway = "a", .area = "errors" },
		{ .duty = "err-01" },
		{ .gateway = "A", .area = "error" },
	};
	struct buf all = BUF_INIT(BUF_NO_LIMIT);
	struct matrix_filter all_of_it = { .gateway = NULL };
	struct matrix m;

	(void)state;
	golden_open(GOLDEN);
	read_all(&m, &all_of_it);
	add_forms(&m, &all);
	golden_compare(&all);
	for (size_t i = 0; i < m.count; i++) {
		buf_add_text(&all, "==== ");
		matrix_result_name(&m.list[i], &all);
		buf_add_byte(&all, '\n');
		matrix_result_write(&m.list[i], &all);
		golden_compare(&all);
	}
	matrix_clear(&m);
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		read_all(&m, &filters[i]);
		buf_addf(&all, "==== filter %zu\n", i);
		matrix_json_write(&m, &all);
		buf_replace(&all, CCPROBE_VERSION, "VERSION");
		matrix_clear(&m);
	}
	golden_close(&all);
	buf_clear(&all);
}

/* A result file says what its report says. */
static void t_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < FILES; i++) {
		struct buf one = BUF_INIT(BUF_NO_LIMIT),
			   two = BUF_INIT(BUF_NO_LIMIT);
		struct matrix_result r;
		struct fail f = FAIL_INIT;
		char *path = path_of("short.json");

		put_report(&files[i]);
		assert_int_equal(read_file(&r, files[i].name, &f), 0);
		assert_false(r.is_short);
		matrix_result_write(&r, &one);
		matrix_result_clear(&r);
		assert_int_equal(scratch_write(folder, "short.json",
					       buf_span(&one), NULL),
				 0);
		assert_true(matrix_result_is_short(path));
		if (r.reproduce_count > 0 ||
		    read_file(&r, "short.json", &f) == 0) {
			assert_true(r.is_short);
			matrix_result_write(&r, &two);
			assert_string_equal(buf_str(&two), buf_str(&one));
			matrix_result_clear(&r);
		} else {
			/* A report need not say how it is repeated. */
			assert_non_null(strstr(f.text, "reproduce"));
		}
		free(path);
		buf_clear(&one);
		buf_clear(&two);
	}
}

/* ---- what is refused ---- */

static void assert_unread(const char *text, const char *wanted)
{
	struct matrix_result r;
	struct fail f = FAIL_INIT;

	put_file("bad.json", text);
	assert_int_equal(read_file(&r, "bad.json", &f), -1);
	assert_int_equal(f.code, FAIL_CASE);
	if (strstr(f.text, wanted) == NULL)
		fail_msg("'%s' has no '%s'", f.text, wanted);
}

static void t_reports(void **state)
{
#define BARE(cases) "{'version':2,'target':'t','cases':" cases "}"
#define UNTOLD "a case must have an id and a verdict"
#define LEVELS "a case that fails has a failed_level and a failed_effect"
	static const char *const rows[][2] = {
		{ "{'version':0,'target':'t','cases':[]}",
		  "a report of format 0; " },
		{ "{'version':3,'target':'t','cases':[]}",
		  " reads formats 1 to 2" },
		{ "{'version':'2','target':'t','cases':[]}", "neither a" },
		{ "{'version':2,'target':'t'}", "neither a report of" },
		{ "{'version':2,'cases':[]}", "a report must name its target" },
		{ BARE("{}"), "a report must have a list of cases" },
		{ BARE("[{'id':'a'}]"), UNTOLD },
		{ BARE("[{'verdict':'pass'}]"), UNTOLD },
		{ BARE("[{'id':'a','verdict':'odd'}]"), UNTOLD },
		{ BARE("[{'id':'a','verdict':'fail'}]"), LEVELS },
		{ BARE("[{'id':'a','verdict':'fail','failed_level':'must'}]"),
		  LEVELS },
		{ BARE("[{'id':'a','verdict':'fail','failed_level':'odd',"
		       "'failed_effect':'breaks'}]"),
		  LEVELS },
		{ BARE("[{'id':'a','verdict':'pass'},{'id':'b','verdict':"
		       "'pass'},{'id':'a','verdict':'pass'}]"),
		  "bad.json: the case 'a' is in it twice" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_unread(rows[i][0], rows[i][1]);
}

#define SHORT \
	"{'result':1,'gateway':'Gate','version':'1','client':'2.1.332'," \
	"'client_format':'messages','provider':'messages','ccprobe':'0.9'," \
	"'date':'2026-11-30','channel':'standard'," \
	"'grade':{'letter':'B','score':90,'missing':'x'}," \
	"'reproduce':['a','b'],'not_offered':[{'claim':'c','without':'w'}]," \
	"'causes':[{'id':'one','headline':'h','level':'must','effect':" \
	"'costs','examples':[{'case':'a','sent':'s'}]}]," \
	"'duties':{'ERR-01':{'a/b':'pass','a/c':{'verdict':'fail','level':" \
	"'must','effect':'costs','cause':'one','reason':'r','seen':'s'}}," \
	"'ERR-02':{'a/d':{'verdict':'undecided','reason':'r'}}}}"

/* The text with the first `what` made `with`, both with ' for ". */
static char *swapped(const char *what, const char *with)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	const char *at = strstr(SHORT, what);

	if (at == NULL)
		fail_msg("there is no %s", what);
	buf_add(&text, SHORT, (size_t)(at - SHORT));
	buf_add_text(&text, with);
	buf_add_text(&text, at + strlen(what));
	return buf_take(&text, NULL);
}

static void t_short(void **state)
{
#define NO_GRADE "a grade must be A, B, C, D or F, and have a score up to 100"
#define NO_FAILURE "a case that fails has a reason, a level and an effect"
#define ONLY \
	"only a case that fails has a cause, a level, an effect and what was " \
	"seen"
	static const struct {
		const char *what, *with, *why;
	} rows[] = {
		{ "'result':1", "'result':2", "a result file of format 2; " },
		{ "'gateway'", "'gate'", "unknown key 'gate'" },
		{ "'letter':'B'", "'letter':'E'", NO_GRADE },
		{ "'letter':'B'", "'letter':'AB'", NO_GRADE },
		{ "'letter':'B'", "'letter':''", NO_GRADE },
		{ "'score':90", "'score':101", NO_GRADE },
		{ "'score':90,", "", "'score'" },
		{ "['a','b']", "['a',2]", "a command must be a text" },
		{ "['a','b']", "[]", "reproduce" },
		{ "{'claim':'c',", "{'claim':'',", "claim" },
		{ "'headline':'h'", "'headline':''", "headline" },
		{ "'must','effect':'costs','examples'",
		  "'odd','effect':'costs','examples'",
		  "no such level and effect: 'odd', 'costs'" },
		{ "'effect':'costs','examples'", "'effect':'odd','examples'",
		  "no such level and effect: 'must', 'odd'" },
		{ "{'case':'a',", "{'id':'a',", "unknown key 'id'" },
		{ "{'a/b':'pass',", "[],'X-01':{'a/b':'pass',",
		  "a duty must have an object of cases" },
		{ "'a/b':'pass'", "'a/b':'odd'",
		  "no verdict 'odd'; there are: pass, fail, undecided, "
		  "not-offered, not-meant, not-tested" },
		{ "'a/b':'pass'", "'a/b':1", "bad.json" },
		{ "'a/d':{", "'a/c':{", "the case 'a/c' is in it twice" },
		{ "'reason':'r','seen'", "'seen'", NO_FAILURE },
		{ "'level':'must','effect':'costs','cause'",
		  "'effect':'costs','cause'", NO_FAILURE },
		{ "'effect':'costs','cause'", "'cause'", NO_FAILURE },
		{ "'cause':'one'", "'cause':'two'",
		  "no cause has the id 'two'" },
		{ "'undecided','reason':'r'", "'undecided','cause':'one'",
		  ONLY },
		{ "'undecided','reason':'r'", "'undecided','level':'must'",
		  ONLY },
		{ "'undecided','reason':'r'", "'undecided','effect':'costs'",
		  ONLY },
		{ "'undecided','reason':'r'", "'undecided','seen':'s'", ONLY },
		{ "'undecided','reason':'r'", "'undecided','reason':''",
		  "reason" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = swapped(rows[i].what, rows[i].with);

		assert_unread(text, rows[i].why);
		free(text);
	}
}

/* Its name and its figures have to fit. */
static void t_lint(void **state)
{
#define NAME "gate-1-2.1.332-2026-11-30.json"
	static const struct {
		const char *what, *with, *name, *why;
	} rows[] = {
		{ "'B'", "'B'", NAME, NULL },
		{ "'B'", "'B'", "gate.json",
		  ": by its content the file has to be named " NAME
		  "; rename it" },
		{ "2026-11-30", "2026-11-3", NAME,
		  ": \"date\": '2026-11-3' is no date such as 2026-11-30" },
		{ "2026-11-30", "2026-11+30", NAME, "'2026-11+30' is no" },
		{ "2026-11-30", "2026-1x-30", NAME, "'2026-1x-30' is no" },
		{ "2026-11-30", "2026-11-301", NAME, "'2026-11-301' is no" },
		{ "'client_format':'messages'", "'client_format':'Open AI_x!'",
		  "gate-for-open-ai-x-1-2.1.332-2026-11-30.json", NULL },
		{ "'provider':'messages'", "'provider':'vertex'",
		  "gate-to-vertex-1-2.1.332-2026-11-30.json", NULL },
		{ "'provider':'messages',", "", NAME, NULL },
		{ "'gateway':'Gate'", "'gateway':'- (Gate)'", NAME, NULL },
		{ "'effect':'costs','cause':'one'", "'effect':'breaks'", NAME,
		  ": grade B, but a must-case of effect breaks or exposes "
		  "fails: C at most" },
		{ "'must','effect':'costs','cause':'one'",
		  "'should','effect':'breaks'", NAME, NULL },
		{ "'letter':'B','score':90", "'letter':'C','score':90", NAME,
		  NULL },
		{ "{'verdict':'fail','level':'must','effect':'costs','cause':"
		  "'one','reason':'r','seen':'s'}",
		  "'pass'", NAME, ": a score of 90, and no case fails" },
		{ "'grade':{'letter':'B','score':90,'missing':'x'},", "", NAME,
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = swapped(rows[i].what, rows[i].with);
		char *path = path_of(rows[i].name);
		struct fail f = FAIL_INIT;

		put_file(rows[i].name, text);
		assert_int_equal(matrix_result_lint(path, &f),
				 rows[i].why ? -1 : 0);
		if (rows[i].why && strstr(f.text, rows[i].why) == NULL)
			fail_msg("'%s' has no '%s'", f.text, rows[i].why);
		free(text);
		free(path);
	}
}

static void t_kind(void **state)
{
	char *path = path_of("kind.json");
	struct fail f = FAIL_INIT;

	(void)state;
	assert_false(matrix_result_is_short(path));
	assert_int_equal(matrix_result_lint(path, &f), -1);
	assert_non_null(strstr(f.text, "No such file"));
	put_file("kind.json", "{'result':'odd'}");
	assert_true(matrix_result_is_short(path));
	put_file("kind.json", "{'results':1}");
	assert_false(matrix_result_is_short(path));
	free(path);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "matrix: each form", t_forms, set_up, tear_down, NULL },
		{ "matrix: result files", t_again, set_up, tear_down, NULL },
		{ "matrix: what is no report", t_reports, set_up, tear_down,
		  NULL },
		{ "matrix: what is no result file", t_short, set_up, tear_down,
		  NULL },
		{ "matrix: what does not fit", t_lint, set_up, tear_down,
		  NULL },
		{ "matrix: what is meant as one", t_kind, set_up, tear_down,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("matrix", tests, NULL, NULL);
}
