-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- Wireshark and tshark: what Retis knows of a packet, as a tree with fields to filter on.
--
-- `retis pcap` puts the event that a packet belongs to into a comment, as JSON. A field is
-- called retis. and the way to it: retis.kernel.symbol, retis.skb-drop.drop_reason. What is
-- asked for most has short names: retis.probe, retis.tracking.id, retis.drop.reason.
--
-- Wireshark has to know all fields before it reads a file. They come from the JSON schema
-- that $RETIS_SCHEMA names, else from what `retis schema` prints (the program is $RETIS,
-- else the one installed with this file), plugins' sections included. What no schema
-- describes is shown as retis.other.

local PROGRAM = "retis"

-- --- JSON -------------------------------------------------------------------
-- Objects keep the order of their members, numbers their digits: 64 bits are too many
-- for a number of Lua. A value is { kind = ..., text = ... }, or for objects and arrays
-- { kind = ..., { key, value }, ... } and { kind = ..., value, ... }.

local DEEPEST = 32
local escapes = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

local function utf8_of(code)
	if code < 0x80 then
		return string.char(code)
	elseif code < 0x800 then
		return string.char(0xc0 + math.floor(code / 64), 0x80 + code % 64)
	elseif code < 0x10000 then
		return string.char(0xe0 + math.floor(code / 4096), 0x80 + math.floor(code / 64) % 64,
			0x80 + code % 64)
	end
	return string.char(0xf0 + math.floor(code / 262144), 0x80 + math.floor(code / 4096) % 64,
		0x80 + math.floor(code / 64) % 64, 0x80 + code % 64)
end

-- The code behind a backslash and u at AT, and what comes behind it; two make one beyond
-- 16 bits.
local function read_code(text, at)
	local code = tonumber(text:match("^u(%x%x%x%x)", at) or "fffd", 16)
	local low = code >= 0xd800 and code < 0xdc00 and
		text:match("^\\u([dD][c-fC-F]%x%x)", at + 5)

	if low then
		return 0x10000 + (code - 0xd800) * 1024 + tonumber(low, 16) - 0xdc00, at + 11
	end
	return code, at + 5
end

local function unescape(text)
	local parts, at = {}, 1
	local from = text:find("\\", 1, true)

	while from do
		local c, code = text:sub(from + 1, from + 1), nil

		parts[#parts + 1] = text:sub(at, from - 1)
		if c == "u" then
			code, at = read_code(text, from + 1)
			parts[#parts + 1] = utf8_of(code)
		else
			parts[#parts + 1] = escapes[c] or c
			at = from + 2
		end
		from = text:find("\\", at, true)
	end
	return table.concat(parts) .. text:sub(at)
end

local read_value

local function read_string(text, at)
	local from = at + 1

	at = from
	while true do
		at = text:find('["\\]', at)
		if not at then
			error("a string does not end")
		end
		if text:byte(at) == 34 then
			return unescape(text:sub(from, at - 1)), at + 1
		end
		at = at + 2
	end
end

-- What is between two brackets; ITEM reads one element from there.
local function read_list(text, at, closing, list, item)
	at = text:find("%S", at + 1)
	if at and text:sub(at, at) == closing then
		return list, at + 1
	end
	while at do
		at = item(at)
		at = text:find("%S", at)
		local c = at and text:sub(at, at)
		if c == closing then
			return list, at + 1
		elseif c ~= "," then
			break
		end
		at = text:find("%S", at + 1)
	end
	error("a list does not end")
end

local function read_object(text, at, depth)
	local object = { kind = "object" }

	return read_list(text, at, "}", object, function(here)
		local key, value

		if text:sub(here, here) ~= '"' then
			error("a key is missing")
		end
		key, here = read_string(text, here)
		here = text:match("^%s*:%s*()", here) or error("a value is missing")
		value, here = read_value(text, here, depth + 1)
		object[#object + 1] = { key, value }
		return here
	end)
end

local function read_array(text, at, depth)
	local array = { kind = "array" }

	return read_list(text, at, "]", array, function(here)
		array[#array + 1], here = read_value(text, here, depth + 1)
		return here
	end)
end

local words = { ["true"] = "boolean", ["false"] = "boolean", ["null"] = "null" }

function read_value(text, at, depth)
	local c = text:sub(at, at)

	if depth > DEEPEST then
		error("too deep")
	elseif c == "{" then
		return read_object(text, at, depth)
	elseif c == "[" then
		return read_array(text, at, depth)
	elseif c == '"' then
		local value, behind = read_string(text, at)
		return { kind = "string", text = value }, behind
	end
	local word, behind = text:match("^([%w.+-]+)()", at)
	if not word then
		error("no value")
	elseif words[word] then
		return { kind = words[word], text = word }, behind
	elseif not tonumber(word) then
		error("no number")
	end
	return { kind = "number", text = word }, behind
end

-- nil if it is not an object.
local function parse_object(text)
	local ok, value = pcall(read_value, text, 1, 1)

	return ok and value.kind == "object" and value or nil
end

local function member(object, ...)
	for _, name in ipairs({ ... }) do
		local found

		if not object or object.kind ~= "object" then
			return nil
		end
		for _, pair in ipairs(object) do
			if pair[1] == name then
				found = pair[2]
			end
		end
		object = found
	end
	return object
end

-- On one line, as people read it.
local function show(value)
	local parts = {}

	if value.kind == "array" then
		for _, v in ipairs(value) do
			parts[#parts + 1] = show(v)
		end
		return table.concat(parts, ", ")
	elseif value.kind == "object" then
		for _, pair in ipairs(value) do
			parts[#parts + 1] = pair[1] .. " " .. show(pair[2])
		end
		return "[" .. table.concat(parts, " ") .. "]"
	end
	return value.text
end

-- --- fields -----------------------------------------------------------------

local retis = Proto("retis", "Retis event")
-- By path: the field, and the constructor it is made with.
local fields, kind_of = {}, {}
local list = {}

-- KIND is the name of a constructor.
local function add_field(path, kind, name, about)
	if fields[path] then
		return
	end
	if kind == "uint64" or kind == "int64" then
		fields[path] = ProtoField[kind](path, name, base.DEC, nil, nil, about)
	elseif kind == "none" then
		fields[path] = ProtoField.none(path, name, about)
	elseif kind == "bool" then
		fields[path] = ProtoField.bool(path, name)
	elseif kind == "double" then
		fields[path] = ProtoField.double(path, name, about)
	else
		fields[path] = ProtoField.string(path, name, base.ASCII, about)
	end
	kind_of[path] = kind
	list[#list + 1] = fields[path]
end

-- Where "#/$defs/X" and `anyOf` lead.
local function resolve(schema, node)
	local reference = member(node, "$ref")

	if reference then
		return member(schema, "$defs", reference.text:match("^#/%$defs/(.+)$") or "")
	end
	for _, choice in ipairs(member(node, "anyOf") or {}) do
		local found = resolve(schema, choice)
		if found and (member(found, "type") or {}).text ~= "null" then
			return found
		end
	end
	return node
end

local function type_of(node)
	local t = member(node, "type")

	if t and t.kind == "array" then
		t = t[1]
	end
	return t and t.text or (member(node, "oneOf") or member(node, "properties")) and "object"
		or "string"
end

local kinds = { object = "none", boolean = "bool", number = "double", string = "string",
	array = "string" }

local function integer_kind(node)
	local format = member(node, "format")

	return format and format.text:sub(1, 4) == "uint" and "uint64" or "int64"
end

local function add_fields(schema, node, path, depth)
	for _, pair in ipairs(member(node, "properties") or {}) do
		local about = member(pair[2], "description")
		local value = resolve(schema, pair[2])
		local kind = type_of(value)
		local name = path .. "." .. pair[1]

		add_field(name, kind == "integer" and integer_kind(value) or kinds[kind] or "string",
			pair[1], about and about.text)
		if kind == "object" and depth < DEEPEST then
			add_fields(schema, value, name, depth + 1)
		end
	end
	for _, choice in ipairs(member(node, "oneOf") or {}) do
		add_fields(schema, resolve(schema, choice), path, depth + 1)
	end
end

local function read_all(file)
	local text = file and file:read("*a")

	if file then
		file:close()
	end
	return text
end

local function read_schema()
	local path = os.getenv("RETIS_SCHEMA")
	local program = os.getenv("RETIS") or PROGRAM

	if path and path ~= "" then
		return read_all(io.open(path))
	end
	program = "'" .. program:gsub("'", "'\\''") .. "'"
	return read_all(io.popen("exec " .. program .. " schema 2>/dev/null </dev/null"))
end

local schema = parse_object(read_schema() or "")

add_field("retis.probe", "string", "Probe", "Function or tracepoint")
add_field("retis.tracking.id", "string", "Packet", "The same for all events of a packet")
add_field("retis.drop.reason", "string", "Drop reason", "Why the packet was dropped")
add_field("retis.other", "string", "Other", "What the schema does not describe")
if schema then
	add_fields(schema, schema, "retis", 1)
end
retis.fields = list

local not_loaded = ProtoExpert.new("retis.schema.not_loaded",
	"No schema of events: is retis installed?", expert.group.UNDECODED, expert.severity.NOTE)
retis.experts = { not_loaded }

-- --- packets ----------------------------------------------------------------

local function add_other(tree, text)
	local item = tree:add(fields["retis.other"], text)

	item:set_text(text)
	return item
end

local function add_scalar(tree, path, key, value)
	local field, kind = fields[path], kind_of[path]

	if value.kind == "null" then
		return
	elseif not field then
		add_other(tree, key .. ": " .. show(value))
	elseif kind == "uint64" and value.kind == "number" then
		tree:add(field, UInt64.new(value.text))
	elseif kind == "int64" and value.kind == "number" then
		tree:add(field, Int64.new(value.text))
	elseif kind == "bool" then
		tree:add(field, value.text == "true")
	elseif kind == "double" then
		tree:add(field, tonumber(value.text) or 0)
	elseif kind == "string" then
		tree:add(field, show(value))
	else
		add_other(tree, key .. ": " .. show(value))
	end
end

local function add_members(tree, tvb, path, object)
	for _, pair in ipairs(object) do
		local key, value = pair[1], pair[2]
		local name = path .. "." .. key

		if value.kind == "object" then
			local item

			if kind_of[name] == "none" then
				item = tree:add(fields[name], tvb(0, 0))
			else
				item = add_other(tree, key)
			end
			item:set_text(key)
			add_members(item, tvb, name, value)
		else
			add_scalar(tree, name, key, value)
		end
	end
end

-- As in text: "#" and this.
local function tracking_id(event)
	local of = member(event, "tracking", "skb") or member(event, "skb-tracking")
	local time, head = member(of, "timestamp"), member(of, "orig_head")

	if not time or not head or time.kind ~= "number" or head.kind ~= "number" then
		return nil
	end
	time = UInt64.new(time.text):tohex():gsub("^0+", "")
	return (time == "" and "0" or time) .. UInt64.new(head.text):tohex()
end

local function add_event(tree, tvb, event)
	local probe = member(event, "kernel", "symbol") or member(event, "userspace", "symbol")
	local reason = member(event, "skb-drop", "drop_reason")
	local id = tracking_id(event)
	local item = tree:add(retis, tvb(0, 0))

	if probe then
		item:set_text("Retis event at " .. show(probe))
		item:add(fields["retis.probe"], show(probe)):set_generated()
	end
	if id then
		item:add(fields["retis.tracking.id"], id):set_generated()
	end
	if reason then
		item:add(fields["retis.drop.reason"], show(reason)):set_generated()
	end
	if not schema then
		item:add_proto_expert_info(not_loaded)
	end
	add_members(item, tvb, "retis", event)
end

local comments = Field.new("frame.comment")
-- Not in all versions of Wireshark.
local found_number, number = pcall(Field.new, "frame.cb_pen")

function retis.dissector(tvb, pinfo, tree)
	for _, comment in ipairs({ comments() }) do
		local text = tostring(comment.value)
		local event = text:sub(1, 1) == "{" and parse_object(text)

		if event and member(event, "common") then
			add_event(tree, tvb, event)
		end
	end
	if found_number and number() and number().value == 70000 then
		pinfo.cols.info = "Retis: JSON schema of the events"
	end
end

register_postdissector(retis)
