/* Base64, for bytes that JSON cannot hold. */
#include "wire/bytes/base64.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789+/";

static void encode_group(const unsigned char *in, size_t len, char out[4])
{
	uint32_t bits = (uint32_t)in[0] << 16;

	if (len > 1)
		bits |= (uint32_t)in[1] << 8;
	if (len > 2)
		bits |= in[2];
	out[0] = digits[bits >> 18 & 63];
	out[1] = digits[bits >> 12 & 63];
	out[2] = len > 1 ? digits[bits >> 6 & 63] : '=';
	out[3] = len > 2 ? digits[bits & 63] : '=';
}

int base64_encode(struct span bytes, struct buf *out)
{
	const unsigned char *in = (const unsigned char *)bytes.at;
	size_t before = out->len;
	char group[4];

	for (size_t i = 0; i < bytes.len; i += 3) {
		encode_group(in + i, bytes.len - i, group);
		if (buf_add(out, group, sizeof(group)) < 0) {
			buf_cut(out, before);
			return -1;
		}
	}
	return 0;
}

static int digit_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/* *len: how many bytes the group holds. */
static bool decode_group(const char *in, bool last, char out[3], size_t *len)
{
	uint32_t bits = 0;

	*len = 3;
	if (last && in[3] == '=')
		*len = in[2] == '=' ? 1 : 2;
	for (size_t i = 0; i < 4; i++) {
		int value = i <= *len ? digit_value(in[i]) : 0;

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
	}
	if (bits & (0xffffffu >> 8 * *len & 0xffffffu))
		return false;
	out[0] = (char)(bits >> 16);
	out[1] = (char)(bits >> 8);
	out[2] = (char)bits;
	return true;
}

int base64_decode(struct span text, struct buf *out)
{
	size_t before = out->len, len;
	char group[3];

	if (text.len % 4 != 0)
		return -1;
	for (size_t i = 0; i < text.len; i += 4) {
		if (!decode_group(text.at + i, i + 4 == text.len, group,
				  &len) ||
		    buf_add(out, group, len) < 0) {
			buf_cut(out, before);
			return -1;
		}
	}
	return 0;
}
