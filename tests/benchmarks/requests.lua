-- What wrk sends: the requests of a file (method, path, body, with tabs between), one after the other for ever.
-- Arguments: the file, the number of the first, and a mark that makes the values written by this run new.

local lines, at, mark = {}, 0, ""

function init(args)
  for line in io.lines(args[1]) do
    local method, path, body = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
    if body == "" then
      lines[#lines + 1] = wrk.format(method, path)
    else
      lines[#lines + 1] = { method, path, body }
    end
  end
  at, mark = tonumber(args[2]), args[3]
end

function request()
  at = at + 1
  local line = lines[(at - 1) % #lines + 1]
  if type(line) == "string" then
    return line
  end
  local body = line[3]:gsub("{new}", mark .. at)
  return wrk.format(line[1], line[2], { ["Content-Type"] = "application/json" }, body)
end

function done(summary, latency, requests)
  local errors = summary.errors
  local refused = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '\nRESULT {"requests": %d, "microseconds": %d, "statuses": %d, "refused": %d, "p50": %d, "p95": %d, "p99": %d, "max": %d}\n',
    summary.requests, summary.duration, errors.status, refused,
    latency:percentile(50), latency:percentile(95), latency:percentile(99), latency.max))
end
