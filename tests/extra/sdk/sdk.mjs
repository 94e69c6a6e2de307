// The TypeScript SDK against a provider: sdk.mjs URL. A line for each thing tried.
import assert from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import { betaZodTool } from "@anthropic-ai/sdk/helpers/beta/zod";
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod";
import { z } from "zod";

const client = new Anthropic({ baseURL: process.argv[2], apiKey: "any", maxRetries: 0 });
const model = "claude-opus-5-5";
const user = (content) => [{ role: "user", content }];
const said = (prompt, more = {}) =>
	client.messages.create({ model, max_tokens: 400, messages: user(prompt), ...more });
const rates = {
	name: "rates",
	description: "Tells the rate of a currency.",
	input_schema: {
		type: "object",
		properties: { currency: { type: "string", enum: ["EUR", "USD"] } },
		required: ["currency"],
	},
};

const things = {
	async message() {
		const m = await said("hello");
		assert.equal(m.content[0].text, "You said: hello");
	},
	async max_tokens() {
		const m = await said("hello there", { max_tokens: 3 });
		assert.equal(m.stop_reason, "max_tokens");
		assert.equal(m.usage.output_tokens, 3);
	},
	async stop_sequences() {
		const m = await said("one END two", { stop_sequences: ["END"] });
		assert.equal(m.stop_sequence, "END");
	},
	async stream() {
		const stream = client.messages.stream({
			model,
			max_tokens: 400,
			thinking: { type: "adaptive" },
			messages: user("hello"),
		});
		const m = await stream.finalMessage();
		assert.deepEqual(m.content.map((b) => b.type), ["thinking", "text"]);
		assert.equal(await stream.finalText(), "You said: hello");
	},
	async chosen_tool() {
		const m = await said("hi", { tools: [rates], tool_choice: { type: "any" } });
		assert.deepEqual(m.content[0].input, { currency: "EUR" });
	},
	async two_tools() {
		const stream = client.messages.stream({
			model,
			max_tokens: 400,
			tools: [rates],
			messages: user('do [tools: rates {"n": 1}; rates {"n": 2}]'),
		});
		const m = await stream.finalMessage();
		assert.deepEqual(m.content.map((b) => b.input.n), [1, 2]);
	},
	async tool_runner() {
		const called = [];
		const add = betaZodTool({
			name: "add",
			description: "Adds two numbers.",
			inputSchema: z.object({ left: z.number(), right: z.number() }),
			run: ({ left, right }) => {
				called.push([left, right]);
				return String(left + right);
			},
		});
		const m = await client.beta.messages.toolRunner({
			model,
			max_tokens: 400,
			tools: [add],
			messages: user('do [tool:add {"left": 1, "right": 2}]'),
		});
		assert.deepEqual(called, [[1, 2]]);
		assert.equal(m.stop_reason, "end_turn");
	},
	async parse() {
		const order = z.object({
			kind: z.enum(["book", "pen"]),
			mail: z.string().email(),
			lines: z.array(z.object({ count: z.number().int() })),
		});
		const m = await client.messages.parse({
			model,
			max_tokens: 400,
			messages: user("an order"),
			output_config: { format: zodOutputFormat(order) },
		});
		assert.equal(m.parsed_output.kind, "book");
	},
	async web_search() {
		const stream = client.messages.stream({
			model,
			max_tokens: 400,
			tools: [{ type: "web_search_20250305", name: "web_search" }],
			messages: user("look [search: red cars]"),
		});
		const m = await stream.finalMessage();
		assert.equal(m.content[1].content[0].type, "web_search_result");
		assert.equal(m.content[2].citations.length, 1);
	},
	async count_tokens() {
		const n = await client.messages.countTokens({ model, messages: user("hello") });
		assert.ok(n.input_tokens > 0);
	},
	async models() {
		const ids = [];
		for await (const m of client.models.list({ limit: 2 })) ids.push(m.id);
		assert.ok(ids.includes(model) && ids.includes("claude-fable-5-2"));
	},
	async errors() {
		await assert.rejects(said("x", { model: "no-such-model" }), (e) => {
			assert.ok(e instanceof Anthropic.NotFoundError && e.requestID);
			return true;
		});
		await assert.rejects(client.messages.create({ model, max_tokens: 9, messages: [] }),
			Anthropic.BadRequestError);
	},
	async thread() {
		const held = client.beta.messages.thread({ model, max_tokens: 400, tools: [rates] });
		const first = await held.send(user('do [tool:rates {"n": 1}] now'));
		assert.equal(held.previousMessageId, first.id);
		const result = [{ type: "tool_result", tool_use_id: first.content[0].id, content: "1.1" }];
		const second = await held.send(user(result));
		assert.match(second.content[0].text, /^You said: do /);
		// With another key it is not found, and the helper sends all of it.
		const third = await held.send(user("bye"), {}, { headers: { "x-api-key": "other" } });
		assert.equal(third.content[0].text, "You said: bye");
		assert.ok(third.usage.input_tokens > second.usage.input_tokens);
		assert.equal(held.messages.length, 6);
	},
	async not_served() {
		await assert.rejects(client.messages.batches.list(), /ccmock does not serve/);
	},
};

for (const [name, thing] of Object.entries(things)) {
	try {
		await thing();
		console.log("ok", name);
	} catch (e) {
		console.log("failed", name, String(e).slice(0, 600).replaceAll("\n", " "));
	}
}
