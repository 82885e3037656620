# Record-check search service. `make help` lists the targets.
#
# One non-recursive makefile. Sources are found by room (lib/*, indexer, searchd, client), each
# room of lib becomes one static library, and build/<kind>/ keeps release, asan and tsan builds
# side by side. The programs people run are build/indexer, build/searchd and build/client.

KIND    ?= release
BUILD   ?= build
B       := $(BUILD)/$(KIND)
N       ?= 1000000
EVAL_DATA ?= ../shared/data
ORACLE  ?= 100000 10
HISTORIES ?= 10000
PREFIX  ?= /usr/local
DESTDIR ?=

CC      = gcc
CXX     = g++

# --- What is built -----------------------------------------------------------------------------
# Order matters: a room may lean only on the rooms before it (tests/lint/rooms.txt).
ROOMS    := base record linkage index ledger wire daemon
PROGRAMS := indexer searchd client

lib_sources  = $(sort $(wildcard lib/$(1)/*.c lib/$(1)/*.cc))
objects      = $(patsubst %,$(B)/obj/%.o,$(basename $(1)))
room_objects = $(call objects,$(call lib_sources,$(1)))

# The linker wants users before the used: the rooms in reverse.
LIBS := $(foreach r,daemon wire ledger index linkage record base,$(if $(call lib_sources,$(r)),$(B)/lib$(r).a))

# --- Flags -------------------------------------------------------------------------------------
WARN_BOTH := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wpointer-arith \
	-Wcast-qual -Wcast-align=strict -Wwrite-strings -Wformat=2 -Wvla -Wundef \
	-Wimplicit-fallthrough=5 -Wnull-dereference -Wdouble-promotion -Wduplicated-cond \
	-Wduplicated-branches -Wlogical-op -Wredundant-decls
WARN_C := $(WARN_BOTH) -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
ifneq ($(WERROR),)
WARN_C += -Werror
WARN_BOTH += -Werror
endif

HARDEN := -O2 -g -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection=full -ftrivial-auto-var-init=zero
LINK_HARDEN := -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed
SANITIZE :=
ifeq ($(KIND),asan)
HARDEN := -O1 -g -fno-omit-frame-pointer
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
else ifeq ($(KIND),tsan)
HARDEN := -O1 -g -fno-omit-frame-pointer
SANITIZE := -fsanitize=thread
endif

VERSION := 0.1.0
CPPFLAGS += -Ilib -I. -D_POSIX_C_SOURCE=200809L -DPROGRAM_VERSION='"$(VERSION)"'
COMMON := $(HARDEN) $(SANITIZE) -fvisibility=hidden -fno-common -fPIE -MMD -MP
CFLAGS += -std=c17 $(COMMON) $(WARN_C)
CXXFLAGS += -std=c++17 $(COMMON) $(WARN_BOTH)
LDFLAGS += $(SANITIZE) $(LINK_HARDEN)
# nng and libcsv ship no .pc file in Debian 12.
LDLIBS += -lxapian -licui18n -licuuc -licudata -ljansson -lnng -lsqlite3 -lsodium -lzstd -lcsv -lpthread -lm

# --- Targets -----------------------------------------------------------------------------------
.PHONY: help setup all programs unit-programs test unit e2e lint asan tsan fault model demo bench bench-check eval oracle \
	install uninstall clean format
.DEFAULT_GOAL := all

help:
	@echo 'make demo     set up, build, index the fixtures, run checks, verify the ledger'
	@echo 'make test     set up, build, run every test; ends with "N passed, N failed"'
	@echo 'make setup    install the Debian packages that are missing'
	@echo 'make all      build/indexer, build/searchd, build/client'
	@echo 'make asan     unit tests under AddressSanitizer and UndefinedBehaviorSanitizer'
	@echo 'make tsan     tests of searchd and of loads under ThreadSanitizer'
	@echo 'make lint     room rules, banned calls, header, format and shell checks'
	@echo 'make fault    kill -9 of indexer and searchd, 50 times each'
	@echo 'make model    10,000 random histories against the model of the procedure (HISTORIES, SEED)'
	@echo 'make bench    speed, as a table (N=$(N) people)'
	@echo 'make bench-check  instructions of the hot paths against bench/counts.txt'
	@echo 'make eval     matching quality, as a table (EVAL_DATA=$(EVAL_DATA))'
	@echo 'make oracle   retrieval against scoring everyone (ORACLE="$(ORACLE)": people, questions a mix)'
	@echo 'make install  programs, schemas and man pages under DESTDIR/PREFIX'
	@echo 'make format   clang-format the sources'
	@echo 'make clean    remove build/'

setup:
	@tests/setup.sh

all: programs

programs: $(addprefix $(BUILD)/,$(PROGRAMS))

# --- Compile -----------------------------------------------------------------------------------
$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo '  CC   $<'
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(B)/obj/%.o: %.cc
	@mkdir -p $(@D)
	@echo '  CXX  $<'
	@$(CXX) $(CPPFLAGS) $(CXXFLAGS) -c -o $@ $<

define room_library
$(B)/lib$(1).a: $(call room_objects,$(1))
	@mkdir -p $$(@D)
	@rm -f $$@
	@ar rcs $$@ $$^
endef
$(foreach r,$(ROOMS),$(eval $(call room_library,$(r))))

define program
$(B)/bin/$(1): $(call objects,$(sort $(wildcard $(1)/*.c))) $(LIBS)
	@mkdir -p $$(@D)
	@echo '  LD   $$@'
	@$(CXX) $(LDFLAGS) -o $$@ $$^ $(LDLIBS)
$(BUILD)/$(1): $(B)/bin/$(1)
	@ln -f $$< $$@ 2>/dev/null || cp $$< $$@
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

# --- Unit tests: tests/unit/<room>/test_*.c, one program each -----------------------------------
# A test of a program's own room links that room's objects but main.c.
UNIT_SOURCES  := $(sort $(wildcard tests/unit/*/test_*.c))
UNIT_PROGRAMS := $(patsubst tests/unit/%.c,$(B)/unit/%,$(UNIT_SOURCES))
unit_room     = $(word 1,$(subst /, ,$(1)))
program_room_objects = $(if $(filter $(1),$(PROGRAMS)),$(call objects,$(filter-out $(1)/main.c,$(sort $(wildcard $(1)/*.c)))))
TEST_SUPPORT  := $(call objects,$(sort $(wildcard tests/support/*.c)))

unit-programs: $(UNIT_PROGRAMS)

.SECONDARY:
.SECONDEXPANSION:
$(B)/unit/%: $(B)/obj/tests/unit/%.o $(TEST_SUPPORT) $$(call program_room_objects,$$(call unit_room,$$*)) $(LIBS)
	@mkdir -p $(@D)
	@echo '  LD   $@'
	@$(CXX) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS) -lcmocka $(LDLIBS)

# Helper programs that tests and benchmarks run: tests/tools/*.c, bench/*.c, one program each.
TOOL_SOURCES  := $(sort $(wildcard tests/tools/*.c) $(wildcard bench/*.c))
TOOL_PROGRAMS := $(patsubst %.c,$(B)/tools/%,$(notdir $(TOOL_SOURCES)))
tools: $(TOOL_PROGRAMS)
define tool
$(B)/tools/$(notdir $(basename $(1))): $(call objects,$(1)) $(TEST_SUPPORT) $(LIBS)
	@mkdir -p $$(@D)
	@echo '  LD   $$@'
	@$(CXX) $(LDFLAGS) -o $$@ $$(filter %.o,$$^) $(LIBS) -lcmocka $(LDLIBS)
endef
$(foreach t,$(TOOL_SOURCES),$(eval $(call tool,$(t))))

# The model of the procedure plays against searchd's own objects.
MODEL_PROGRAM := $(B)/tools/procedure_model
$(MODEL_PROGRAM): $(call objects,$(sort $(wildcard tests/model/*.c))) $(call program_room_objects,searchd) $(LIBS)
	@mkdir -p $(@D)
	@echo '  LD   $@'
	@$(CXX) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS) $(LDLIBS)
tools: $(MODEL_PROGRAM)

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)

# --- Tests -------------------------------------------------------------------------------------
test: setup
	@tests/run.sh

unit: unit-programs
	@tests/run.sh unit

e2e: programs tools
	@tests/run.sh e2e

lint:
	@tests/run.sh lint

asan:
	@tests/run.sh asan

tsan:
	@tests/run.sh tsan

fault:
	@tests/run.sh fault

model: programs tools
	@HISTORIES=$(HISTORIES) sh tests/fault/F30-procedure-model.sh

demo: setup
	@$(MAKE) --no-print-directory -s -j2 programs
	@tests/demo.sh

bench: programs tools
	@bench/run.sh $(N)

bench-check: programs tools
	@bench/check.sh

eval: programs tools
	@bench/eval.sh $(EVAL_DATA)

oracle: tools
	@$(B)/tools/oracle $(ORACLE)

install: programs
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/record-check
	install -m 755 $(addprefix $(BUILD)/,$(PROGRAMS)) $(DESTDIR)$(PREFIX)/bin
	cp -R schemas $(DESTDIR)$(PREFIX)/share/record-check/
	for page in docs/man/*.[158]; do \
		install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/record-check-$${page##*/}; \
	done

uninstall:
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/bin/,$(PROGRAMS))
	rm -rf $(DESTDIR)$(PREFIX)/share/record-check
	rm -f $(DESTDIR)$(PREFIX)/share/man/man[158]/record-check-*

format:
	clang-format -i $$(find lib indexer searchd client tests bench -name '*.c' -o -name '*.h' -o -name '*.cc')

clean:
	rm -rf $(BUILD)
