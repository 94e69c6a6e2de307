/* Carries out the planted faults of gateways with several providers. */
#include "gateway/hooks.h"

#include "gateway/faults/faults.h"

const struct headers *hook_heard(const struct relay *r, const struct headers *h)
{
	static _Thread_local struct headers heard;

	if (!hook_lifts(r, "routing of requests"))
		return h;
	headers_clear(&heard);
	(void)headers_copy(&heard, h);
	(void)headers_remove(&heard, POOL_ASKS);
	return &heard;
}

void hook_choice(const struct relay *r, struct wish *wish,
		 struct pool_asked *asked)
{
	const struct fault *const *planted = faults_planted();

	(void)r;
	for (; *planted; planted++)
		if ((*planted)->choice)
			(*planted)->choice(wish, asked);
}

bool hook_fails(const struct relay *r, enum cascade_end end, int status,
		bool fails)
{
	const struct fault *const *planted = faults_planted();

	for (; *planted; planted++)
		if ((*planted)->fails)
			fails = (*planted)->fails(r, end, status, fails);
	return fails;
}

bool hook_resumes(const struct relay *r)
{
	const struct fault *const *planted = faults_planted();

	(void)r;
	for (; *planted; planted++)
		if ((*planted)->resumes)
			return true;
	return false;
}

bool hook_resumes_at(const struct relay *r, struct span bytes)
{
	return hook_resumes(r) &&
	       span_find(bytes, span_of("event: error")) != SIZE_MAX;
}

const char *hook_model(const struct relay *r, const char *name)
{
	const struct fault *const *planted = faults_planted();

	for (; *planted; planted++)
		if ((*planted)->model)
			name = (*planted)->model(r, name);
	return name;
}
