/*
 * Writes errors of the provider in the client's form, and counts tokens where
 * the provider cannot.
 */
#include <string.h>

#include "gateway/translate/translate_private.h"

enum { BYTES_PER_TOKEN = 4, IMAGE_TOKENS = 1600, SHOWN_BYTES = 2000 };

static const struct {
	int status;
	const char *type;
} types[] = {
	{ 401, "authentication_error" }, { 402, "billing_error" },
	{ 403, "permission_error" },     { 404, "not_found_error" },
	{ 413, "request_too_large" },    { 429, "rate_limit_error" },
	{ 529, "overloaded_error" },
};

/* Writes the client's words for a prompt that is too long, with the numbers of
 * "maximum context length is 8192 tokens. However, your messages resulted in
 * 9000 tokens". */
static void write_overflow(struct span message, struct buf *out)
{
	uint64_t numbers[2] = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < message.len && count < 2; i++) {
		size_t len = 0;

		while (i + len < message.len && message.at[i + len] >= '0' &&
		       message.at[i + len] <= '9')
			len++;
		if (span_u64(span_make(message.at + i, len), UINT32_MAX,
			     &numbers[count]))
			count++;
		i += len;
	}
	if (count == 2)
		buf_addf(out, "prompt is too long: %llu tokens > %llu maximum",
			 (unsigned long long)numbers[1],
			 (unsigned long long)numbers[0]);
	else
		buf_add_text(out, "prompt is too long");
}

static bool is_overflow(struct jval error, struct span message)
{
	return jscan_member_is(error, "code", "context_length_exceeded") ||
	       span_find(message, span_of("maximum context length")) !=
		       SIZE_MAX ||
	       span_find(message, span_of("exceeds the context window")) !=
		       SIZE_MAX;
}

/* The words of the error, or the begin of the body if it has none. */
static void read_message(struct span body, struct jval *error,
			 struct buf *message)
{
	struct jval root, text;

	*error = (struct jval){ .type = J_NULL };
	if (jscan(body, &root, NULL) < 0) {
		buf_add_span(message, span_first(body, SHOWN_BYTES));
		return;
	}
	*error = jscan_get(root, "error");
	text = jscan_get(*error, "message");
	if (!text.text.at)
		text = jscan_get(root, "message");
	if (text.type == J_STRING)
		jscan_string(text, message);
	else if (error->type == J_STRING)
		jscan_string(*error, message);
	else
		buf_add_span(message, span_first(root.text, SHOWN_BYTES));
}

bool translate_error_words(struct jval error, struct span message,
			   struct buf *out)
{
	bool overflow = is_overflow(error, message);

	if (overflow) {
		write_overflow(message, out);
	} else if (jscan_member_is(error, "code",
				   "invalid_encrypted_content")) {
		/* With these words the client asks again without its
		 * thoughts. */
		buf_add_text(out, "Invalid `signature` in `thinking` block");
	} else {
		buf_add_span(out, message);
		return false;
	}
	buf_add_text(out, " (the provider said: ");
	buf_add_span(out, message);
	buf_add_byte(out, ')');
	return overflow;
}

/* Codes and types of errors that come without a status. */
static const struct {
	const char *word;
	int status;
} codes[] = {
	{ "rate_limit_exceeded", 429 },
	{ "insufficient_quota", 429 },
	{ "server_is_overloaded", 529 },
	{ "slow_down", 529 },
	{ "server_error", 500 },
	{ "vector_store_timeout", 500 },
	{ "invalid_prompt", 400 },
	{ "invalid_request_error", 400 },
	{ "invalid_encrypted_content", 400 },
	{ "context_length_exceeded", 400 },
	{ "bio_policy", 400 },
	{ "cyber_policy", 400 },
	{ "data_residency_mismatch", 400 },
	{ "misalignment_policy_violation", 400 },
	{ "invalid_image", 400 },
	{ "invalid_image_format", 400 },
	{ "invalid_base64_image", 400 },
	{ "invalid_image_url", 400 },
	{ "invalid_image_mode", 400 },
	{ "image_too_large", 400 },
	{ "image_too_small", 400 },
	{ "image_parse_error", 400 },
	{ "image_content_policy_violation", 400 },
	{ "image_file_too_large", 400 },
	{ "image_file_not_found", 400 },
	{ "unsupported_image_media_type", 400 },
	{ "empty_image_file", 400 },
	{ "failed_to_download_image", 400 },
};

int translate_error_status(struct jval error)
{
	static const char *const keys[] = { "code", "type" };

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
			if (jscan_member_is(error, keys[k], codes[i].word))
				return codes[i].status;
	return 500;
}

const char *translate_error_type(int status)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].status == status)
			return types[i].type;
	return status >= 500 ? "api_error" : "invalid_request_error";
}

int translate_error(int status, struct span body, const char *request_id,
		    struct buf *out)
{
	struct buf message = BUF_INIT(BUF_NO_LIMIT);
	struct buf words = BUF_INIT(BUF_NO_LIMIT);
	struct jval error;

	read_message(body, &error, &message);
	if (translate_error_words(error, buf_span(&message), &words))
		status = 400;
	buf_addf(out,
		 "{\"type\":\"error\",\"error\":{\"type\":\"%s\","
		 "\"message\":",
		 translate_error_type(status));
	jscan_quote(out, buf_span(&words));
	buf_add_text(out, "},\"request_id\":");
	jscan_quote(out, span_of(request_id));
	buf_add_byte(out, '}');
	buf_clear(&message);
	buf_clear(&words);
	return status;
}

/* ---- tokens ---- */

/* Counts images; adds their bytes to *bytes. */
static uint64_t images_in(struct jval v, size_t *bytes)
{
	struct jiter it = jscan_iter(v);
	struct jval value;
	uint64_t count = 0;

	if (jscan_member_is(v, "type", "image")) {
		*bytes += v.text.len;
		return 1;
	}
	while (jscan_next(&it, NULL, &value))
		count += images_in(value, bytes);
	return count;
}

int translate_count(struct jval root, uint64_t *out, struct fail *why)
{
	static const char *const parts[] = { "tools", "system", "messages" };
	uint64_t bytes = 0, images = 0;
	/* bytes of images, each of which counts a fixed number */
	size_t pixels = 0;

	if (translate_check_messages(jscan_get(root, "messages"), why) < 0)
		return -1;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct jval v = jscan_get(root, parts[i]);

		bytes += v.text.at ? v.text.len : 0;
		images += images_in(v, &pixels);
	}
	*out = (bytes - pixels) / BYTES_PER_TOKEN + 1 + images * IMAGE_TOKENS;
	return 0;
}
