#!/bin/sh
# The exports that the histories are played over: prepare.sh FOLDER. Writes FOLDER/world0 ... world4, data
# folders of searchd, each with the loads of the one before and one more:
#   0  four systems; ctac was never loaded
#   1  ctac too
#   2  helpline again: one record is new (H-2016-00101), one is gone (H-2012-00152)
#   3  children's services again: its case CS-000101 is gone; childline again: CL-2024-00101 is new
#   4  children's services again: the case is back, with another address
set -eu
cd "$(dirname "$0")/../.."
folder=$1
bin=${BIN:-build}
exports=$folder/exports
mkdir -p "$exports"

load() { # world, system, file
	"$bin"/indexer load --system "$2" --mapping "schemas/exports/$2.json" --export "$3" --data "$folder/world$1" \
	    --as-of 2026-03-02T06:00:00Z >"$folder/load.log" 2>&1 || { cat "$folder/load.log"; exit 1; }
}
next() { # the world of that number begins as the one before
	cp -a "$folder/world$(($1 - 1))" "$folder/world$1"
}

head -n 9 fixtures/childrens_services.csv >"$exports/childrens_services.csv"
grep -av '^CS-000101,' "$exports/childrens_services.csv" >"$exports/childrens_services-gone.csv"
sed 's/12 Acacia Avenue/14 Acacia Avenue/' "$exports/childrens_services.csv" >"$exports/childrens_services-back.csv"
head -n 12 fixtures/helpline.csv >"$exports/helpline.csv"
grep -av '^H-2012-00152,' "$exports/helpline.csv" >"$exports/helpline-news.csv"
grep -a '^H-2016-00101,' fixtures/helpline.csv >>"$exports/helpline-news.csv"
head -n 8 fixtures/participation.tsv >"$exports/participation.tsv"
head -n 8 fixtures/ctac.jsonl >"$exports/ctac.jsonl"
head -n 8 fixtures/childline.jsonl >"$exports/childline.jsonl"
grep -a CL-2024-00101 fixtures/childline.jsonl | cat "$exports/childline.jsonl" - >"$exports/childline-news.jsonl"

load 0 childrens_services "$exports/childrens_services.csv"
load 0 helpline "$exports/helpline.csv"
load 0 participation "$exports/participation.tsv"
load 0 childline "$exports/childline.jsonl"
next 1
load 1 ctac "$exports/ctac.jsonl"
next 2
load 2 helpline "$exports/helpline-news.csv"
next 3
load 3 childrens_services "$exports/childrens_services-gone.csv"
load 3 childline "$exports/childline-news.jsonl"
next 4
load 4 childrens_services "$exports/childrens_services-back.csv"
cat >"$folder/searchd.conf" <<CONF
listen = ipc://$folder/searchd.sock
data = $folder/world0
keys = $folder/keys
schemas = $PWD/schemas
workers = 1
user = amina uid 2001 roles qa_officer
user = bo uid 2002 roles qa_officer
user = nia uid 2003 roles nsit_officer
user = cleo uid 2004 roles consultant
user = cora uid 2005 roles consultant,director
user = dee uid 2006 roles director
user = hal uid 2007 roles head_of_inspection
user = hoda uid 2008 roles head_of_childline
user = lex uid 2009 roles legal
user = dara uid 2010 roles data_protection_manager
user = quinn uid 2011 roles head_of_child_protection_qa
user = mo uid 2012 roles media
user = kit uid 2013 roles knowledge,head_of_media
user = ray uid 2014 roles records_manager
user = bea uid 2015 roles qa_officer,nsit_officer
user = nora uid 2016 roles notifier
user = ada uid 2017 roles auditor,administrator
user = max uid 2019 roles qa_officer,consultant
user = cy uid 2018 roles chief_executive,safeguarding_unit
CONF
