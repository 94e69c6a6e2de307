/* What the readers of formats share: writing the plain form. */
#ifndef FORMATS_PLAIN_PRIVATE_H
#define FORMATS_PLAIN_PRIVATE_H

#include "formats/plain.h"

/* An object or a list that is being written. */
struct plain_list {
	struct buf *out;
	bool begun; /* the next item needs a comma */
};

/* The comma, where one is due. */
void plain_item(struct plain_list *l);

/* "key": after the comma; the value is the caller's to append. */
void plain_key(struct plain_list *object, const char *key);

/* "key":VALUE as it is spelt, if there is a value (text.at is not NULL). */
void plain_member(struct plain_list *object, const char *key,
		  struct jval value);

/* "key":"text" */
void plain_text(struct plain_list *object, const char *key, struct span text);

/* The member of `from`, copied under `key` if it is there and not null. */
void plain_copy(struct plain_list *object, const char *key, struct jval from,
		const char *name);

/* The same, if it is a string. */
void plain_copy_text(struct plain_list *object, const char *key,
		     struct jval from, const char *name);

/* Turns of a request: blocks of one role that follow one another are one. */
struct plain_turns {
	struct plain_list turns, blocks;
	const char *role; /* of the open turn; NULL: none is open */
};

/* Ready for a block of this role; a comma is written where one is due. */
void plain_turn_block(struct plain_turns *t, const char *role);
void plain_turn_end(struct plain_turns *t);

/* What a turn says: a string, or parts, each of which the format writes as a
 * block. */
void plain_content(struct plain_turns *t, const char *role, struct jval content,
		   void (*write_part)(struct jval part, struct buf *out));

/* {"type":"text","text":STRING}; a value that is no string becomes "". */
void plain_text_block(struct buf *out, struct jval string);

/*
 * The input of a tool from the text that the format keeps it in, or any other
 * JSON. What is none, or nested too deeply to be part of a document, stays a
 * string: then the forms of both sides differ, as they should.
 */
void plain_input(struct buf *out, struct span text);

/* The same of a string of JSON; what is no string is an empty one. */
void plain_arguments(struct buf *out, struct jval string);

/*
 * {"type":TYPE,"source":...} of an image or a document. The URL
 * "data:image/png;base64,AAAA" has the bytes in it; any other stays one.
 */
void plain_source(struct buf *out, const char *type, struct jval url);

/* Of an item of the type "reasoning": its summary, or else its content; parts
 * are paragraphs. */
void plain_reasoning_text(struct jval item, struct buf *out);

/* {"type":"thinking","thinking":TEXT,"signature":...}: the item's encrypted
 * content is the signature. */
void plain_reasoning_block(struct jval item, struct span text, struct buf *out);

/* How a format spells a tool. */
struct plain_tool_spelling {
	const char *type; /* of a client's own tool; left out of the form */
	const char *inside; /* the member that the rest is in; NULL: none */
	const char *schema;
};

/* The member "tools", if there is a list of them. */
void plain_tools(struct plain_list *root, struct jval tools,
		 const struct plain_tool_spelling *as);

/* ---- one reader a format ---- */

void plain_messages_request(struct jval root, struct buf *out);
void plain_messages_answer(struct jval root, struct buf *out);
void plain_messages_stream(const struct jval *events, size_t count,
			   struct buf *out);

void plain_chat_request(struct jval root, struct buf *out);
void plain_chat_answer(struct jval root, struct buf *out);
void plain_chat_stream(const struct jval *events, size_t count,
		       struct buf *out);

void plain_responses_request(struct jval root, struct buf *out);
void plain_responses_answer(struct jval root, struct buf *out);
void plain_responses_stream(const struct jval *events, size_t count,
			    struct buf *out);

#endif
