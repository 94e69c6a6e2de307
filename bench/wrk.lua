-- wrk sends the bytes of a file as they are, and tells what came of it as JSON:
--	wrk ... -s wrk.lua URL -- FILE
local bytes

function init(args)
	local file = assert(io.open(args[1], "rb"))
	bytes = file:read("*a")
	file:close()
end

function request()
	return bytes
end

function done(summary, latency)
	local e = summary.errors
	print(string.format('JSON{"done": %d, "us": %d, "failed": %d, "p50": %.3f, "p99": %.3f}',
		summary.requests, summary.duration,
		e.connect + e.read + e.write + e.status + e.timeout,
		latency:percentile(50), latency:percentile(99)))
end
