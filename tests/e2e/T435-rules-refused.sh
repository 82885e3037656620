#!/bin/sh
# Goal of this test: a model, calibration or policy file that breaks its form is refused with file, JSON path and
# reason: at the start, by `searchd -n`, and at SIGHUP, where the running one is kept and goes on answering.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
ask="$tools/ask --role qa_officer"
body='{"request":{"reference":"RULES","kind":"external_record_check","purpose":"test"},"people":[{"names":[{"full":"Katherine OBrien"}]}]}'
hashes() { # of the rules, as the daemon has them
	$ask "$socket" health '{}' | grep -oE '"(model|calibration|policy)":\{"name":"[^"]*","hash":"[0-9a-f]*"'
}
refusals() {
	grep -c reload_refused "$work/searchd.log"
}

load helpline csv >/dev/null 2>&1 || { echo "not ok loading helpline"; exit 1; }
write_config
cp -R schemas "$work/schemas"
sed -i "s|^schemas = .*|schemas = $work/schemas|" "$work/searchd.conf"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
first=$(hashes)

# refused NAME, FILE within schemas, SED PROGRAM, REASON: the good file as the program makes it.
refused() {
	name=$1 file=$work/schemas/$2 wanted=$4
	sed -e "$3" "schemas/$2" >"$file"
	faults=
	cmp -s "$file" "schemas/$2" && faults="the file is as it was"
	"$bin"/searchd --config "$work/searchd.conf" -n >"$work/out" 2>&1
	code=$?
	grep -qF "start err=\"$file: $wanted\"" "$work/out" || grep -qF "start err=\"$file:$wanted\"" "$work/out" ||
	    faults="$faults
-n says $(cat "$work/out")
wanted  $file: $wanted"
	[ "$code" = 65 ] || faults="$faults
exit code $code, not 65"
	before=$(refusals)
	kill -HUP "$daemon"
	tries=0
	until [ "$(refusals)" -gt "$before" ] || [ "$tries" -gt 50 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	tail -n 1 "$work/searchd.log" | grep -qF "reload_refused err=\"$file:" || faults="$faults
the log says $(tail -n 1 "$work/searchd.log")"
	[ "$(hashes)" = "$first" ] || faults="$faults
now in use: $(hashes)"
	cp "schemas/$2" "$file"
	verdict "rules: $name" "$faults"
}
in_sex() { # a sed program for the comparison "sex" only
	printf '/"sex": {/,/^\t}/{%s}' "$1"
}

refused "a model that lacks a level" model/default.json "$(in_sex '/"different": {/d;/"same": {/s/},$/}/')" \
    "sex.levels.different: is missing"
refused "a level that the comparison does not have" model/default.json "$(in_sex 's/"different": {/"unlike": {/')" \
    'sex.levels: unknown field \"unlike\"'
refused "a model that lacks a comparison" model/default.json '/"email": {/,/^\t},/d' "email: is missing"
refused "an unknown comparison" model/default.json 's/^\t"email": {/\t"fax": {/' 'unknown field \"fax\"'
refused "u of 0" model/default.json "$(in_sex '/"same": {/s/"u": [0-9.]*/"u": 0/')" \
    "sex.levels.same.u: must be above 0 and below 1"
refused "u of 1" model/default.json "$(in_sex '/"same": {/s/"u": [0-9.]*/"u": 1/')" \
    "sex.levels.same.u: must be above 0 and below 1"
refused "m of 0" model/default.json "$(in_sex '/"same": {/s/"m": [0-9.]*/"m": 0/')" \
    "sex.levels.same.m: must be above 0 and below 1"
refused "m below 0" model/default.json "$(in_sex '/"same": {/s/"m": [0-9.]*/"m": -0.1/')" \
    "sex.levels.same.m: must be above 0 and below 1"
refused "m above 1" model/default.json "$(in_sex '/"same": {/s/"m": [0-9.]*/"m": 1.2/')" \
    "sex.levels.same.m: must be above 0 and below 1"
refused "a number that no computer holds" model/default.json "$(in_sex '/"same": {/s/"m": [0-9.]*/"m": 1e999/')" \
    "$(grep -n '"sex": {' schemas/model/default.json | sed 's/:.*//' | awk '{ print $1 + 3 }'): not valid JSON: real number overflow near '1e999'"
refused "m as text" model/default.json "$(in_sex '/"same": {/s/"m": [0-9.]*/"m": "high"/')" \
    "sex.levels.same.m: expected a number"
refused "probabilities that do not add up" model/default.json "$(in_sex '/"same": {/s/"m": [0-9.]*/"m": 0.5/')" \
    "sex.levels: m adds up to 0.520 and u to 1.000, both must give 1"
refused "a model of another version" model/default.json 's/^\t"version": .*/\t"version": 99,/' \
    "version: is 99, this program reads $(sed -n 's/^#define MODEL_VERSION \([0-9]*\).*/\1/p' lib/linkage/model.h)"
refused "a model without a version" model/default.json '/^\t"version": /d' "version: is missing"
refused "an empty model" model/default.json 'd' "1: not valid JSON: '[' or '{' expected near end of file"
refused "a calibration of another version" model/calibration.json 's/^\t"version": .*/\t"version": 99,/' \
    "version: is 99, this program reads 1"
refused "a confidence of 1" model/calibration.json '0,/"confidence": [0-9.]*/s//"confidence": 1/' \
    "bands[0].confidence: must be above 0 and below 1"
refused "a confidence of 0" model/calibration.json '0,/"confidence": [0-9.]*/s//"confidence": 0/' \
    "bands[0].confidence: must be above 0 and below 1"
refused "a confidence above 1" model/calibration.json '0,/"confidence": [0-9.]*/s//"confidence": 1.5/' \
    "bands[0].confidence: expected 0 to 1"
refused "a confidence that falls" model/calibration.json '0,/"confidence": [0-9.]*/s//"confidence": 0.99/' \
    "bands[1].confidence: must be above that of the band before"
refused "a band without n" model/calibration.json '0,/, "n": [0-9]*/s///' "bands[0].n: is missing"
refused "a calibration without bands" model/calibration.json '/"from":/d' "bands: is empty"

policy=policy/default.json
refused "a policy with an unknown role" $policy 's/"to": "safeguarding_unit"/"to": "everybody"/' \
    'notices[1].to: unknown role \"everybody\"'
refused "a policy with an unknown role to agree" $policy 's/"needs": \["consultant", /"needs": ["chairman", /' \
    'secured.release.needs[0]: unknown role \"chairman\"'
refused "a deadline without jurisdiction" $policy '0,/"met_by": "imr_completed"/!b;/"met_by": "imr_completed"/{N;s/,\n *"jurisdictions":.*\]//}' \
    "deadlines[1].jurisdictions: is missing"
refused "a deadline of no time" $policy 's/, "weeks": 6,/,/' \
    "deadlines[1]: expected one of hours, days, weeks, months, same_day and before, not 0"
refused "a method that nobody may call" $policy 's/"retention.destroy", //' 'roles: nobody may call \"retention.destroy\"'
refused "an unknown method" $policy 's/"retention.destroy"/"retention.burn"/' 'roles[16].methods[2]: unknown method \"retention.burn\"'
refused "a threshold out of order" $policy 's/"probable": 8/"probable": 18/' "thresholds: certain (17) is below probable (18)"
refused "an unknown system" $policy 's/"systems": \["helpline"\]/"systems": ["hotline"]/' \
    'notices[11].systems[0]: unknown system \"hotline\"'
refused "an unknown event" $policy 's/"on": "breach"/"on": "lunch"/' 'notices[2].on: unknown event or milestone \"lunch\"'
refused "a reviewer who may not decide" $policy 's/"reviewer": "consultant"/"reviewer": "legal"/' \
    'referral.reviewer: the role \"legal\" may not call \"review.decide\"'
refused "a rule without its section" $policy 's/"section": "5.3",/"section": "?",/' \
    "media.section: expected sections of the procedure such as 2.4 or 1.9, 2.1, or none"
refused "a policy of format 1" $policy 's/"format": 2/"format": 1/' \
    'format: 1 is of an earlier version and lacks rules that this one needs; carry your changes over into a copy of schemas/policy/default.json (docs/policy.md, \"From format 1\")'

rm "$work/schemas/model/calibration.json"
before=$(refusals)
kill -HUP "$daemon"
tries=0
until [ "$(refusals)" -gt "$before" ] || [ "$tries" -gt 50 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
tail -n 1 "$work/searchd.log" | grep -qF "reload_refused err=\"$work/schemas/model/calibration.json: no such file\"" &&
    [ "$(hashes)" = "$first" ] && faults= || faults=$(tail -n 1 "$work/searchd.log")
verdict "rules: a calibration that is gone" "$faults"
cp schemas/model/calibration.json "$work/schemas/model/calibration.json"

$ask "$socket" check "$body" >"$work/out"
model=$(echo "$first" | sed -n 's/.*"model".*"hash":"\([0-9a-f]*\)"/\1/p')
head -n 1 "$work/out" | grep -q '^ok ' && grep -qF "\"hash\":\"$model\"" "$work/out" && faults= || faults=$(head -c 400 "$work/out")
verdict "rules: after all that a check is answered with the first model" "$faults"
sed -i 's/^\t"name": .*/\t"name": "another",/' "$work/schemas/model/default.json"
kill -HUP "$daemon"
tries=0
until hashes | grep -q '"name":"another"' || [ "$tries" -gt 50 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
$ask "$socket" check "$body" >"$work/out"
grep -q '"model":{"name":"another"' "$work/out" && faults= || faults=$(head -c 400 "$work/out")
verdict "rules: and a good one is taken" "$faults"
[ "$failures" = 0 ]
