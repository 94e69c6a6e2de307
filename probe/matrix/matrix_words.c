/* Names of states, and finding a state, a level or an effect by its name. */
#include "probe/matrix/matrix_private.h"

#include <string.h>

static const struct {
	const char *name, *words;
} states[MATRIX_STATES] = {
	[MATRIX_PASS] = { "pass", "pass" },
	[MATRIX_FAIL] = { "fail", "fail" },
	[MATRIX_UNDECIDED] = { "undecided", "undecided" },
	[MATRIX_NOT_OFFERED] = { "not-offered", "not offered" },
	[MATRIX_NOT_MEANT] = { "not-meant", "for others" },
	[MATRIX_NOT_TESTED] = { "not-tested", "not tested" },
};

const char *matrix_state_name(enum matrix_state s)
{
	return states[s].name;
}

const char *matrix_state_words(enum matrix_state s)
{
	return states[s].words;
}

int matrix_state_find(enum matrix_state *out, const char *name)
{
	for (int i = 0; name && i < MATRIX_STATES; i++) {
		if (strcmp(states[i].name, name) == 0) {
			*out = (enum matrix_state)i;
			return 0;
		}
	}
	return -1;
}

int matrix_level_find(enum level *out, const char *name)
{
	for (int i = LEVEL_MUST; name && i <= LEVEL_MAY; i++) {
		if (strcmp(level_name((enum level)i), name) == 0) {
			*out = (enum level)i;
			return 0;
		}
	}
	return -1;
}

int matrix_effect_find(enum effect *out, const char *name)
{
	for (int i = EFFECT_EXPOSES; name && i <= EFFECT_COSMETIC; i++) {
		if (strcmp(effect_name((enum effect)i), name) == 0) {
			*out = (enum effect)i;
			return 0;
		}
	}
	return -1;
}

const char *matrix_text(const cJSON *object, const char *name)
{
	return cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(object, name));
}
