/* gateway/pool/choice: in which order providers are asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "gateway/pool/choice.h"
#include "wire/bytes/buf.h"

#define NOW (100 * TICK_S)

/* Four of one price, of which nothing is known. */
static struct choice_provider list[4];
static struct wish wish;
static struct choice_given given;

static int set_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++)
		list[i] = (struct choice_provider){ .price = 1, .weight = 1 };
	wish = WISH_INIT;
	given = (struct choice_given){ .list = list,
				       .count = 4,
				       .able = 15,
				       .wish = &wish,
				       .kept = -1,
				       .now = NOW };
	return 0;
}

/* "0123": the places in their order. */
static const char *chosen(void)
{
	static char text[8];
	uint8_t out[WISH_PROVIDERS_LIMIT];
	size_t count = choice_make(&given, out);

	for (size_t i = 0; i < count; i++)
		text[i] = (char)('0' + out[i]);
	text[count] = '\0';
	return text;
}

static void t_listed(void **state)
{
	(void)state;
	assert_string_equal(chosen(), "0123");
	given.able = 10;
	assert_string_equal(chosen(), "13");
	given.able = 0;
	assert_string_equal(chosen(), "");
}

static void t_sick(void **state)
{
	(void)state;
	list[0].standing.failed = NOW - STANDING_SICK + 1;
	list[2].standing.failed = NOW - STANDING_SICK;
	list[1].standing.failed = NOW;
	assert_string_equal(chosen(), "2301");
	given.now += STANDING_SICK;
	assert_string_equal(chosen(), "0123");
	/* On a clock that has just begun. */
	list[0].standing.failed = 1;
	list[1].standing.failed = list[2].standing.failed = 0;
	given.now = STANDING_SICK / 2;
	assert_string_equal(chosen(), "1230");
}

static void t_kept(void **state)
{
	(void)state;
	given.kept = 2;
	assert_string_equal(chosen(), "2013");
	list[2].standing.failed = NOW;
	assert_string_equal(chosen(), "2013");
	given.able = 11; /* it does not have the model */
	assert_string_equal(chosen(), "013");
}

static void t_only_and_ignore(void **state)
{
	(void)state;
	wish.only = 6;
	assert_string_equal(chosen(), "12");
	wish.ignore = 2;
	assert_string_equal(chosen(), "2");
	given.kept = 1;
	assert_string_equal(chosen(), "2");
	wish.ignore = 6;
	assert_string_equal(chosen(), "");
}

static void t_order(void **state)
{
	(void)state;
	wish.order[0] = 3;
	wish.order[1] = 1;
	wish.ordered = 2;
	assert_string_equal(chosen(), "3102");
	list[3].standing.failed = NOW;
	assert_string_equal(chosen(), "1023");
	wish.no_fallbacks = true;
	assert_string_equal(chosen(), "13");
}

static void t_no_fallbacks(void **state)
{
	(void)state;
	wish.no_fallbacks = true;
	given.able = 0;
	assert_string_equal(chosen(), "");
	given.able = 15;
	assert_string_equal(chosen(), "0");
	list[0].standing.failed = NOW;
	assert_string_equal(chosen(), "1");
	given.kept = 3;
	assert_string_equal(chosen(), "3");
}

static void t_collection_and_free(void **state)
{
	(void)state;
	list[1].collects = true;
	list[2].price = 0;
	assert_string_equal(chosen(), "0123");
	wish.deny_collection = true;
	assert_string_equal(chosen(), "023");
	wish.free = true;
	assert_string_equal(chosen(), "2");
}

static void t_measured(void **state)
{
	(void)state;
	list[0].standing.first = 30 * TICK_MS;
	list[1].standing.first = 10 * TICK_MS;
	list[3].standing.first = 20 * TICK_MS;
	list[0].standing.pace = 100;
	list[1].standing.pace = 300;
	list[2].standing.pace = 200;
	wish.sort = WISH_LATENCY;
	assert_string_equal(chosen(), "2130");
	wish.sort = WISH_THROUGHPUT;
	assert_string_equal(chosen(), "3120");
	wish.sort = WISH_LISTED;
	assert_string_equal(chosen(), "0123");
}

static void t_floor(void **state)
{
	(void)state;
	wish.sort = WISH_FLOOR;
	list[0].price = 3;
	list[2].price = 0.5;
	list[3].price = 0;
	assert_string_equal(chosen(), "3210");
}

/* Who comes first, in so many draws of a thousand. */
static unsigned firsts(char place)
{
	unsigned count = 0;

	for (given.random = 0; given.random < 1000; given.random++)
		count += chosen()[0] == place;
	return count;
}

static void t_price(void **state)
{
	(void)state;
	wish.sort = WISH_PRICE;
	given.count = 2;
	given.able = 3;
	list[0].price = 3;
	/* 1/9 against 1: a tenth. */
	assert_in_range(firsts('0'), 70, 130);
	list[0].weight = 9; /* alike */
	assert_in_range(firsts('0'), 450, 550);
	list[1].price = 0;
	assert_int_equal(firsts('1'), 1000);
	list[0].price = 0;
	list[0].weight = 1;
	assert_in_range(firsts('0'), 450, 550);
	given.random = 5;
	assert_int_equal(strlen(chosen()), 2);
}

/* SplitMix64 and -log(u), computed elsewhere. */
static void t_lots(void **state)
{
	static const char *const orders[] = {
		"3012", "2103", "3120", "1203", "1230", "1023", "0132", "2301",
		"2013", "3102", "3120", "2301", "1302", "0213", "3012", "1203",
	};

	(void)state;
	wish.sort = WISH_PRICE;
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		given.random = i;
		assert_string_equal(chosen(), orders[i]);
	}
	/* Who costs nothing draws the same lots. */
	for (size_t i = 0; i < 4; i++)
		list[i].price = 0;
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		given.random = i;
		assert_string_equal(chosen(), orders[i]);
	}
}

static void t_wishes_add_up(void **state)
{
	struct wish key = WISH_INIT, own = WISH_INIT;

	(void)state;
	key.only = 7;
	key.ignore = 1;
	key.sort = WISH_PRICE;
	key.order[0] = 2;
	key.ordered = 1;
	key.deny_collection = true;
	own.only = 14;
	own.ignore = 8;
	wish_add(&wish, &key);
	wish_add(&wish, &own);
	assert_int_equal(wish.only, 6);
	assert_int_equal(wish.ignore, 9);
	assert_int_equal(wish.sort, WISH_PRICE);
	assert_int_equal(wish.ordered, 1);
	assert_true(wish.deny_collection && !wish.no_fallbacks && !wish.free);
	own.sort = WISH_LISTED;
	own.order[0] = 1;
	own.order[1] = 0;
	own.ordered = 2;
	own.no_fallbacks = own.free = true;
	wish_add(&wish, &own);
	assert_int_equal(wish.sort, WISH_LISTED);
	assert_int_equal(wish.ordered, 2);
	assert_int_equal(wish.order[0], 1);
	assert_true(wish.deny_collection && wish.no_fallbacks && wish.free);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "pool: they are asked as they are listed, those that can "
		  "serve",
		  t_listed, set_up, NULL, NULL },
		{ "pool: who failed in the last 30 s comes last", t_sick,
		  set_up, NULL, NULL },
		{ "pool: the one that the session is at comes first, ill or "
		  "not",
		  t_kept, set_up, NULL, NULL },
		{ "pool: only and ignore hold for all, the session's too",
		  t_only_and_ignore, set_up, NULL, NULL },
		{ "pool: an order of its own comes before the others", t_order,
		  set_up, NULL, NULL },
		{ "pool: without fallbacks the first is the only one",
		  t_no_fallbacks, set_up, NULL, NULL },
		{ "pool: who keeps data, or has a price, may be left out",
		  t_collection_and_free, set_up, NULL, NULL },
		{ "pool: by latency and throughput; who is not measured yet "
		  "comes first",
		  t_measured, set_up, NULL, NULL },
		{ "pool: the floor is the cheapest", t_floor, set_up, NULL,
		  NULL },
		{ "pool: by price it is a lot: weight / price^2", t_price,
		  set_up, NULL, NULL },
		{ "pool: the lots are those of SplitMix64", t_lots, set_up,
		  NULL, NULL },
		{ "pool: wishes add up: what is forbidden stays so, a new "
		  "order counts",
		  t_wishes_add_up, set_up, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("pool_choice", tests, NULL, NULL);
}
