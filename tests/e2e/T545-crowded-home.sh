#!/bin/sh
# Goal of this test: a home that more people share than are compared (a hospital, a children's home over
# the years) takes nothing from an answer: who lives there is listed apart, closest first, the search
# for the person is not called cut short for it, and an address that is nearly that one tells no more.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
ask() { # person: an answer on stdout
	"$tools"/ask --role qa_officer "$socket" check "{\"request\":{\"reference\":\"CROWD\",\"kind\":\"serious_incident\",\"purpose\":\"test\"},\"people\":[$1]}"
}
# 1,100 children of 55 names by 20 at one address, one whose address is a letter off, 1,000 elsewhere.
awk 'BEGIN {
	split("ada ben cora dan ella finn gwen hugh iris jago", f, " ")
	split("Ansell Birtle Cragg Dunmore Elvidge Fosdyke Gantry Hebden Ilkeston Jessop Kilner", s, " ")
	print "CaseRef,PersonRef,Role,Forenames,Surname,OtherNames,FormerSurname,DOB,Sex,Addr1,Addr2,Addr3,Addr4,Postcode,AddrFrom,AddrTo,Phone,NHSNo,UPN,Opened,Closed,CaseStatus,Centre,Nation"
	for (i = 0; i < 2100; i++) {
		home = i < 1100 ? "1 Harbour Road,,Whitby,,YO21 3PQ" : i ".. High Street,,Derby,,DE1 " i % 9 "AA"
		printf "C%d,P%d,Child,%s,%s,,,%02d/%02d/%d,,%s,,,,,,05/02/2018,,Closed,,England\n", i, i,
		    f[i % 10 + 1], s[i % 11 + 1] (i < 1100 ? "" : "son"), i % 27 + 1, i % 11 + 1, 1990 + i % 23, home
	}
	print "NEAR,P1,Child,Zillah,Quarmby,,,,,1 Harbuor Road,,Whitby,,,,,,,,05/02/2018,,Closed,,England"
	print "EQUAL,P1,Child,Zillah,Quarmby,,,,,1 Harbour Road,,Whitby,,,,,,,,05/02/2018,,Closed,,England"
	print "ZZ-SAME-DAY,P1,Child,Walburga,Tench,,,30/12/2011,,1 Harbour Road,,Whitby,,YO21 3PQ,,,,,,05/02/2018,,Closed,,England"
}' >"$work/crowd.csv"
"$bin"/indexer load --system childrens_services --mapping schemas/exports/childrens_services.json \
    --export "$work/crowd.csv" --data "$work/data" >"$work/load" 2>&1 || { cat "$work/load"; echo "not ok loading"; exit 1; }
write_config
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
home='"addresses":[{"text":"1 Harbour Road","town":"Whitby","postcode":"YO21 3PQ"}]'

for sex in '' '"sex":"female",'; do
	ask "{\"names\":[{\"forenames\":\"Barnaby\",\"surname\":\"Quillfeather\"}],$sex\"births\":[\"2011-12-30\"],$home}" >"$work/absent"
	faults=
	grep -q '"related_capped":true' "$work/absent" || faults="the relatives are not said to be cut: $(head -c 300 "$work/absent")"
	grep -q '"candidates_capped":false' "$work/absent" || faults="$faults; the candidates are said to be cut"
	grep -q '"leg_complete":true\|never loaded' "$work/absent" || faults="$faults; not complete"
	verdict "crowded home: those who live there do not cut the search short (${sex:-sex not asked})" "$faults"
done
first() { # file: the first relative's record
	sed -n 's/.*"related":\[{"system":"childrens_services","record_id":"\([^"]*\)".*/\1/p' "$1"
}
[ "$(first "$work/absent")" = ZZ-SAME-DAY ] && faults= || faults=$(first "$work/absent")
verdict "crowded home: of its people the one born the same day comes first" "$faults"
ask "{\"names\":[{\"forenames\":\"Barnaby\",\"surname\":\"Quillfeather\"}],\"births\":[\"2011-12\"],$home}" >"$work/month"
[ "$(first "$work/month")" = ZZ-SAME-DAY ] && faults= || faults=$(first "$work/month")
verdict "crowded home: of those as closely tied the one who fits best comes first" "$faults"

ask "{\"names\":[{\"forenames\":\"Zillah\",\"surname\":\"Quarmby\"}],\"addresses\":[{\"text\":\"1 Harbour Road\",\"town\":\"Whitby\"}]}" >"$work/near"
weight() { # record: its match weight
	sed 's/{"system":/\n&/g' "$work/near" | grep "\"record_id\":\"$1\",\"person_id\"" | grep -o '"match_weight":[-0-9.]*' | head -n 1 | cut -d: -f2
}
near=$(weight NEAR) equal=$(weight EQUAL)
echo "$near $equal" | awk '{ exit !(NF == 2 && $1 <= $2) }' && faults= || faults="nearly the address: $near, the address: $equal"
verdict "crowded home: an address that is nearly its own weighs no more" "$faults"

ask "{$home}" >"$work/only"
grep -q '"outcome":"insufficient_evidence"' "$work/only" && faults= || faults=$(grep -o '"outcome":"[a-z_]*"\|"best_possible_weight":[-0-9.]*' "$work/only")
verdict "crowded home: its address alone is too little to go by" "$faults"

printf 'ref,name,dob,address,postcode\n1,Barnaby Quillfeather,2011-12-30,"1 Harbour Road, Whitby",YO21 3PQ\n' >"$work/rows.csv"
"$bin"/client batch "$work/rows.csv" --socket "$socket" --role qa_officer --reference R --kind serious_incident --purpose t >"$work/lines" 2>"$work/err"
grep -q '"related":\[{"system":"childrens_services","record_id":"ZZ-SAME-DAY"' "$work/lines" && faults= || faults=$(head -c 600 "$work/lines" "$work/err")
sed 's/.*"related":\[//' "$work/lines" | grep -q '"confidence"' && faults="$faults a confidence"
verdict "crowded home: a batch lists relatives, with no confidence of a match" "$faults"
[ "$failures" = 0 ]
