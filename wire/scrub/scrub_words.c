/* Words of the protocol, which a recording may show as they were. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wire/scrub/scrub_private.h"

/* Names of people, of firms and of what they make have no place here, but for
 * those of models that everybody can ask for. Each has a blank on both sides.
 */
static const char *const words[] = {
	" 64 accept accepted acceptedits access adaptive advanced advisor ",
	" africa after agent agents aiohttp air alive all allow allowed am ",
	" amz analytics anthropic any ap apac api app application apply ",
	" approved apps arch arm arm64 arn array asc asia askuser ",
	" assistant async attempt au audio australia authorize auto aws ",
	" aws4 awsbedrock axios background base64 bash basic batch batches ",
	" bearer bedrock before beta betas binding block blocked blocks ",
	" bool boolean bootstrap both boundary br browser bun bypass ",
	" bypasspermissions ca cache caching callback canada cancelled ",
	" ccgate central changes charset chat chunked citation class ",
	" claude claudecode clear cli client close cloud code coder ",
	" codestral command compact completed completion completions ",
	" compress computer connection container content context continue ",
	" control controls conversation converse cors count counttokens ",
	" cowork create created credential credit cs cse css curl cursor ",
	" dangerous dark darwin data date de deepseek default defined ",
	" deflate delete deleted delta deno deny deploy desc desktop ",
	" development devstral diagnosis direct disabled dispatch display ",
	" document done dontask dotnet draft east edit edits effort ",
	" electron embed embeddings enabled encoding end ended endpoint ",
	" endturn entrypoint enum ephemeral error errors eu europe eval ",
	" event events eventstream execution existing exp experiment ",
	" experimental expired extended external fable failed fallback ",
	" fallbacks false fast feature feedback fetch file files fine ",
	" finish fish flagged flex float foreground form formatted foundry ",
	" fr free full function functions gb gcloud gcp gemini gemma ",
	" generate get git github gitlab glm global gmt go google gov gpt ",
	" grained grok group growthbook gzip haiku hash head header ",
	" headers health hello helper hidden high hmac host hosts html ",
	" http https httpx id ide identity ids image images in inference ",
	" info input inst instant integer interactive interleaved internal ",
	" invocation invoke ios iso java javascript jetbrains jp jpeg jpg ",
	" js json jsonl keep key kimi lang language large last latest ",
	" legacy length less light limit limits linux list llama local ",
	" locations logging login low lts macos magistral main managed ",
	" management mantle manual markdown maverick max maximum mcp md me ",
	" media medium memory message messages metadata method mid minimal ",
	" minimax minimum ministral mistral mixtral mobile mode model ",
	" models module moonshot more mozilla multipart musl name native ",
	" nemotron never new next no node nodejs none normal north ",
	" northeast northwest not notebook nova null number oauth oauth2 ",
	" object octet off offset ok okhttp omitted on online only open ",
	" openai options opus or order ordinary organizations os other ",
	" output outputs package page parallel part pass path pattern ",
	" pause pdf pending per permission permissions phi php ping plain ",
	" plan platform plover pm png policy post powershell preview ",
	" primary priority private pro processing prod production profile ",
	" profiles progress project projects prompt provenance provider ",
	" providers proxy public publishers pwsh python query queued qwen ",
	" raw rawpredict read reason reasoner reasoning redact redacted ",
	" ref refusal regex regional rejected remote repl repo request ",
	" requests required resource response responses result results ",
	" retry role roles root router routes ruby running runtime rust sa ",
	" safeguards sandbox sandy schema scope scout sdk search sec ",
	" secondary server servers service services session sessions ",
	" settings sh sha sha256 signature signedheaders simple single ",
	" skill skills skipped small sonnet sonnet4 south southeast ",
	" southwest sse stable stainless standard start started status ",
	" stdio stop stream streaming streamrawpredict strict string ",
	" structured style subagent succeeded success summary sync system ",
	" tags task tasks team terminal test text thinking thread threads ",
	" tier timeout titan title to token tokens tool tools top total ",
	" trace transfer true ts ttl turbo turn type typescript ua ui uk ",
	" ultra unavailable undici unknown unlimited unspecified updated ",
	" updates upload upstream uri url urlencoded urllib us usage use ",
	" user users utc utf utf8 version vertex view vscode web webp west ",
	" windows with without word words workspace workspaceid workspaces ",
	" worktree write wrkspc x64 x86 xhigh xml yaml yes zip zsh zstd ",
};

#define WORD_LIMIT 32 /* letters; longer words are unknown */
#define DIGITS_LIMIT 8 /* in a row: a date */
#define RANDOM_LENGTH 16 /* letters and digits in a row: an id */

bool scrub_words_known(struct span word)
{
	char small[WORD_LIMIT + 2];

	if (word.len == 0 || word.len > WORD_LIMIT)
		return false;
	small[0] = ' ';
	for (size_t i = 0; i < word.len; i++) {
		small[i + 1] = (char)tolower((unsigned char)word.at[i]);
		if (small[i + 1] == ' ')
			return false;
	}
	small[word.len + 1] = ' ';
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_find(span_of(words[i]),
			      span_make(small, word.len + 2)) != SIZE_MAX)
			return true;
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t digits_at(struct span s)
{
	size_t n = 0;

	while (n < s.len && is_digit(s.at[n]))
		n++;
	return n;
}

/* At most three numbers with dots between: four are an address. */
bool scrub_words_number(struct span text)
{
	unsigned groups = 0;
	size_t n;

	if (span_starts(text, "v"))
		text = span_skip(text, 1);
	do {
		n = digits_at(text);
		if (n == 0 || n > 6)
			return false;
		text = span_skip(text, n);
		if (text.len > 0 && text.at[0] != '.')
			return false;
		text = span_skip(text, text.len > 0);
	} while (++groups < 3 && text.len > 0);
	return text.len == 0;
}

/* A run of letters and digits that is longer than words with digits are. */
static bool is_random(struct span text)
{
	size_t run = 0, digits = 0;

	for (size_t i = 0; i < text.len; i++) {
		bool part = isalnum((unsigned char)text.at[i]) != 0;

		run = part ? run + 1 : 0;
		digits = part ? digits + is_digit(text.at[i]) : 0;
		if (run >= RANDOM_LENGTH && digits > 0)
			return true;
	}
	return false;
}

static size_t count_digits(struct span text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += is_digit(text.at[i]);
	return n;
}

/* "_20251015" and "-2025-11-24" at the end. */
static size_t date_at_end(struct span text)
{
	static const char *const forms[] = { "20dd-dd-dd", "20dddddd" };

	for (size_t i = 0; i < 2; i++) {
		size_t len = strlen(forms[i]), k = 0;
		struct span end;

		if (text.len <= len)
			continue;
		end = span_skip(text, text.len - len);
		while (k < len &&
		       (forms[i][k] == 'd' ? is_digit(end.at[k])
					   : end.at[k] == forms[i][k]))
			k++;
		if (k == len && (end.at[-1] == '_' || end.at[-1] == '-'))
			return len + 1;
	}
	return 0;
}

bool scrub_words_enum(struct span text)
{
	text = span_first(text, text.len - date_at_end(text));
	if (text.len == 0 || text.len > 64 ||
	    !islower((unsigned char)text.at[0]) || span_starts(text, "sk-"))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (!islower((unsigned char)text.at[i]) &&
		    !is_digit(text.at[i]) && text.at[i] != '_' &&
		    text.at[i] != '-')
			return false;
	return count_digits(text) <= 4 && !is_random(text);
}

bool scrub_words_span(struct span text)
{
	size_t n = digits_at(text);

	return n > 0 && n <= 3 && text.len == n + 1 &&
	       strchr("mhs", text.at[n]) != NULL;
}

bool scrub_words_dated(struct span text)
{
	return date_at_end(text) > 0 && scrub_words_enum(text);
}

bool scrub_words_name(struct span text)
{
	if (text.len == 0 || text.len > 48 || is_digit(text.at[0]) ||
	    span_starts(text, "sk-"))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (!isalnum((unsigned char)text.at[i]) &&
		    (text.at[i] == '\0' || !strchr("_$-", text.at[i])))
			return false;
	return count_digits(text) <= 6 && !is_random(text);
}

static bool all_known(struct span text)
{
	struct span part;

	while (span_split(&text, '_', &part))
		if (!scrub_words_known(part))
			return false;
	return true;
}

/* Tools of the client itself begin with a capital. */
bool scrub_words_tool(struct span name)
{
	if (name.len < 2 || name.len > 40 || is_random(name))
		return false;
	if (!isupper((unsigned char)name.at[0]))
		return all_known(name);
	for (size_t i = 0; i < name.len; i++)
		if (!isalpha((unsigned char)name.at[i]))
			return false;
	return true;
}

/* ---- word by word ---- */

static bool stays(struct span word)
{
	size_t digits = 0;

	if (digits_at(word) == word.len)
		return word.len <= DIGITS_LIMIT;
	if (scrub_words_span(word))
		return true;
	while (digits < 2 && is_digit(word.at[word.len - 1 - digits]))
		digits++;
	if (scrub_words_known(word) || word.len - digits <= 1)
		return word.len <= 4 || scrub_words_known(word);
	return scrub_words_known(span_first(word, word.len - digits));
}

static void blot(char *at, struct span word)
{
	if (digits_at(word) == word.len) {
		memset(at, '0', word.len);
		return;
	}
	for (size_t i = 0; i < word.len; i++)
		at[i] = scrub_letters_filler(i);
}

/* "%2F" is a sign between words; "%61" is a letter, and it does not stay. */
static size_t escaped(char *at, struct span rest)
{
	char digits[3] = { 0 };
	unsigned byte;

	if (rest.len < 3 || !isxdigit((unsigned char)rest.at[1]) ||
	    !isxdigit((unsigned char)rest.at[2]))
		return 0;
	memcpy(digits, rest.at + 1, 2);
	byte = (unsigned)strtoul(digits, NULL, 16);
	if (byte >= 0x80 || isalnum((int)byte))
		memcpy(at + 1, "6c", 2);
	return 3;
}

/* Four numbers with dots are an address, and no version; gives their length. */
static size_t address_at(struct span s)
{
	size_t n = 0, groups = 0, digits;

	while ((digits = digits_at(span_skip(s, n))) > 0 && digits <= 3) {
		n += digits;
		groups++;
		if (n == s.len || s.at[n] != '.')
			break;
		n++;
	}
	return groups == 4 && digits_at(span_skip(s, n)) == 0 ? n : 0;
}

static size_t address(char *at, struct span rest)
{
	size_t n = address_at(rest);

	for (size_t i = 0; i < n; i++)
		at[i] = at[i] == '.' ? '.' : '0';
	return n;
}

void scrub_words(char *at, size_t len)
{
	for (size_t i = 0; i < len;) {
		struct span rest = span_make(at + i, len - i);
		size_t n = address(at + i, rest);

		if (n > 0) {
			i += n;
			continue;
		}
		while (n < rest.len && isalnum((unsigned char)rest.at[n]))
			n++;
		if (n > 0 && !stays(span_first(rest, n)))
			blot(at + i, span_first(rest, n));
		if (n == 0 && at[i] == '%')
			n = escaped(at + i, rest);
		i += n > 0 ? n : scrub_letters(at + i, rest);
	}
}

/* ---- models ---- */

/* "claude-NAME-5-5-20260101": each generation brings new names, so one unknown
 * word may stay. */
static bool is_claude(struct span name)
{
	struct span part;
	unsigned fresh = 0;

	if (!span_starts(name, "claude-") || name.len > 64)
		return false;
	while (span_split(&name, '-', &part)) {
		if (part.len == 0 || part.len > 12)
			return false;
		if (stays(part))
			continue;
		for (size_t i = 0; i < part.len; i++)
			if (!islower((unsigned char)part.at[i]))
				return false;
		fresh++;
	}
	return fresh <= 1;
}

void scrub_words_model(char *at, size_t len)
{
	struct span name = span_make(at, len);
	size_t end = span_find_byte(name, '[');

	if (end == SIZE_MAX)
		end = len;
	if (is_claude(span_first(name, end)))
		scrub_words(at + end, len - end);
	else
		scrub_words(at, len);
}
