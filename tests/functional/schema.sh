#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The JSON schema is one, and what retis prints conforms to it.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

python3 -c 'import jsonschema' 2>/dev/null || skip "python3-jsonschema is not installed"
need ping
cd "$WORK"

"$RETIS" schema >schema.json || fail "schema ended with code $?"

cat >validate.py <<'END'
import json, sys
from jsonschema import Draft202012Validator

with open("schema.json") as f:
	schema = json.load(f)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
n = 0
for name in sys.argv[1:]:
	with open(name) as f:
		for line in f:
			event = json.loads(line)
			error = next(validator.iter_errors(event), None)
			if error:
				sys.exit(f"{name}: {error.message} at {list(error.path)}: {line}")
			# A schema that allows anything is worth nothing.
			broken = dict(event, common=dict(event["common"], timestamp="now"))
			if validator.is_valid(broken):
				sys.exit("a wrong type goes unnoticed")
			n += 1
			del event["common"]
			if validator.is_valid(event):
				sys.exit("what is missing goes unnoticed")
print(n)
END

make_pair CLIENT SERVER
"$RETIS" collect "${own[@]}" --format json --skb-sections all \
	--cmd "ip netns exec $CLIENT ping -c 3 -i 0.2 10.0.0.2" >live.json 2>err ||
	fail "collect ended with code $?"
"$RETIS" collect "${own[@]}" -o retis.data --skb-sections all \
	--cmd "ip netns exec $CLIENT ping -c 3 -i 0.2 10.0.0.2" 2>err
"$RETIS" print --format json >stored.json
for name in v1.5 v1.6 v1.7 sorted; do
	"$RETIS" print --format json "$ROOT/tests/data/upstream/$name.json" >"$name.json"
done
echo '{"common":{"timestamp":9},"loss":{"since":1,"count":5,"cause":"event buffer full"}}' >l.json
"$RETIS" print --format json l.json >loss.json
python3 validate.py live.json stored.json v1.?.json sorted.json loss.json >out 2>err ||
	fail "$(<err)"
(($(<out) > 20)) || fail "hardly anything was looked at"

jq -e '.["$defs"].PacketEvent.properties.data | .type == "string" and
	.contentEncoding == "base64"' schema.json >/dev/null || fail "packet bytes are no base64"
jq -e '.required == ["common"]' schema.json >/dev/null || fail "common is not required"
