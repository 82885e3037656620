#!/bin/sh
# Goal of this test: formatting, shell scripts, JSON and static analysis are clean.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2046 # file names without blanks
verdict "style: clang-format leaves every source as it is" \
    "$(clang-format --dry-run -Werror $(sources lib indexer searchd client tests bench) 2>&1 | grep -E 'error:' | head -n 20)"
# shellcheck disable=SC2046
verdict "style: shellcheck is content with every script" \
    "$(shellcheck -x -P SCRIPTDIR -e SC1007 -S warning $(find tests bench .ci -name '*.sh') .ci/run 2>&1 | head -n 40)"
# shellcheck disable=SC2046
verdict "style: no line of code is over 120 columns" \
    "$(awk 'length > 120 { print FILENAME ":" FNR }' $(sources) | head)"
verdict "style: cppcheck finds nothing" "$(cppcheck --quiet --std=c17 --inline-suppr -j 2 \
    --enable=warning,portability --suppress=missingIncludeSystem --suppress=internalAstError \
    --error-exitcode=0 '-Djson_object_foreach(object,key,value)=for (;;)' -Ilib -I. lib indexer searchd client 2>&1 | grep -E '(error|warning|portability):' | head -n 20)"
verdict "style: nothing built or generated is tracked" \
    "$(git ls-files 2>/dev/null | grep -E '\.(o|a|d|so|glass|db)$|^build/')"
finish
